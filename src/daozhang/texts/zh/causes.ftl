# 99 种原因：名称、怎么办、备什么、怎样算办结

cause-no-documents = 无需另备材料

cause-d001-name = 结算账号无效
cause-d001-fix = 与开户凭证逐位核对账号（校验位、发卡行标识、位数），向收单机构提交结算账户变更；先以一分钱验证到账，再申请对原出款单重出款。
cause-d001-documents = 结算卡正反面或开户证明；法人身份证；结算账户变更申请表
cause-d001-verify = 验证款到账；重出款单与原单关联、金额一致，银行流水已入账。

cause-d002-name = 收款户名与银行登记不一致
cause-d002-fix = 取银行出具的开户信息逐字比对，留意括号全半角、错别字与更名；属笔误的走账户信息变更，主体变更的走重新进件，之后重出款。
cause-d002-documents = 开户证明或银行卡照片；营业执照；如更名，附更名证明
cause-d002-verify = 户名核验通过，重出款已在银行流水中入账。

cause-d003-name = 联行号或开户支行有误
cause-d003-fix = 以开户许可证为准核对支行全称与联行号，提交更正后重出款。
cause-d003-documents = 开户许可证或基本存款账户信息表
cause-d003-verify = 更正后的出款单成功，银行流水已入账。

cause-d004-name = 对公对私标志或账户类型不符
cause-d004-fix = 确认账户是对公还是个人、是否可用于该币种，请收单机构更正账户类型标志后重出款。
cause-d004-documents = 开户证明
cause-d004-verify = 更正后的出款单成功，银行流水已入账。

cause-d005-name = 收款账户被冻结、挂失或限制收付
cause-d005-fix = 持证件到开户行问明限制的原因与解除条件；短期不能解除的，换用本人或本单位的另一账户并办理变更。
cause-d005-documents = 身份证或营业执照；银行卡；经营情况证明
cause-d005-verify = 开户行确认可以收款，重出款已入账。

cause-d006-name = 收款账户已销户
cause-d006-fix = 为商户新开或改用有效账户，提交结算账户变更；验证通过后申请补打款。
cause-d006-documents = 新账户证明；法人身份证；结算账户变更申请表
cause-d006-verify = 新账户验证通过，补打款已入账。

cause-d007-name = 收款账户超过限额（如二类户）
cause-d007-fix = 改用一类户收款；暂时不换的，等次日额度恢复后再出款，不要当日反复提交。
cause-d007-documents = 一类借记卡
cause-d007-verify = 一类户已入账，此后三日没有同类失败。

cause-d008-name = 收款账户状态异常或未激活
cause-d008-fix = 请持卡人到开户行激活账户、补全信息；不能恢复的办理账户变更。
cause-d008-documents = 身份证；银行卡
cause-d008-verify = 银行测试入账成功，重出款已入账。

cause-d009-name = 收款人身份信息或预留手机号未通过核验
cause-d009-fix = 与开户行核对证件号码与预留手机号并更新；同一账户的打款改为逐笔串行，避免同一秒两笔触发锁定。
cause-d009-documents = 身份证；预留手机号证明
cause-d009-verify = 更新后的出款单成功，银行流水已入账。

cause-d010-name = 收款卡未开通所需的电子支付功能
cause-d010-fix = 请持卡人在网银、柜台或银联渠道开通，或改用已开通的卡。
cause-d010-documents = 身份证；银行卡
cause-d010-verify = 开通后重出款成功并入账。

cause-d011-name = 收款卡被风险控制限制
cause-d011-fix = 向发卡行核实卡片受限原因；确认后换通道或换卡出款。
cause-d011-documents = 情况说明；身份证
cause-d011-verify = 发卡行给出书面或录音答复，重出款已入账。

cause-d012-name = 账号或户名超出通道字段长度
cause-d012-fix = 去除账号中的空格与非数字字符后核对；户名过长的，请收单机构改用支持长户名的通道。
cause-d012-documents = 开户证明
cause-d012-verify = 调整后的出款单成功，银行流水已入账。

cause-d013-name = 接收行未应答，支付系统已撤销
cause-d013-fix = 先查询原出款单的终态；确认未出款且接收行恢复后，再以原单号重出款。
cause-d013-documents = { cause-no-documents }
cause-d013-verify = 原单终态为失败，重出款只入账一笔。

cause-d014-name = 有缺陷的成功，银行延后入账
cause-d014-fix = 不要重发；列入观察，满五个工作日仍未见银行流水再向收单机构查询。
cause-d014-documents = { cause-no-documents }
cause-d014-verify = 五个工作日内银行流水入账。

cause-d015-name = 通道查无此笔打款
cause-d015-fix = 间隔一段时间至少再查两次；确认通道无单后，由收单机构运营以原单号重出款。
cause-d015-documents = { cause-no-documents }
cause-d015-verify = 确认银行流水只入账一笔。

cause-d016-name = 前一日未决的出款单已有终态
cause-d016-fix = 以今日终态为准更新该笔状态，并重算前一日的对账。
cause-d016-documents = { cause-no-documents }
cause-d016-verify = 重算后历史差额为零。

cause-d017-name = 打款成功后被收款行退回
cause-d017-fix = 取得退票原因，按原因修正账户；原单改为退票，资金回到待结算后再重出款。
cause-d017-documents = 与退票原因对应的材料
cause-d017-verify = 退回款已回到商户待结算余额，新出款单入账，两者相抵为零。

cause-d018-name = 退票后重新出款，两张出款单只应入账一次
cause-d018-fix = 无需处理；系统已把两张出款单关联，只计一笔。
cause-d018-documents = { cause-no-documents }
cause-d018-verify = 原单为退票，新单成功，银行流水一笔。

cause-d019-name = 待结算余额不足，出款单未发出
cause-d019-fix = 补足余额后用原单号重试；超过有效期的，换新单并与原单关联。
cause-d019-documents = { cause-no-documents }
cause-d019-verify = 原单（或关联的新单）成功并入账。

cause-d020-name = 出款单被关闭，商户受到管控
cause-d020-fix = 查看收单机构的处理通知，按要求提交材料申诉。
cause-d020-documents = 经营情况证明；交易凭证
cause-d020-verify = 管控解除，新出款单已入账。

cause-d021-name = 接口应答不明，是否出款未知
cause-d021-fix = 不得换单号重发；用原单号、原参数查询直至取得终态。
cause-d021-documents = { cause-no-documents }
cause-d021-verify = 同一单号只有一笔出款，终态已确认。

cause-d022-name = 款项打到了另一个（多为变更前的）账户
cause-d022-fix = 核对出款单上的账号尾号，到该账户的流水中查找；确认变更生效日与通知是否送达。
cause-d022-documents = 该账户的银行流水
cause-d022-verify = 在该账户流水中找到同额入账。

cause-d023-name = 结算账户疑似未经授权变更
cause-d023-fix = 立即联系收单机构暂停出款，报案并更换登录凭证，核实后恢复原账户。
cause-d023-documents = 报警回执；营业执照；法人身份证
cause-d023-verify = 出款已暂停的书面确认；此后打款均到经核实的账户。

cause-d024-name = 付款方不是收单机构，疑似资金经第三方中转
cause-d024-fix = 停用该终端，向收单机构总部核实结算关系，并留存合同与流水；属实的向监管与行业协会反映。
cause-d024-documents = 合同；银行流水；终端照片
cause-d024-verify = 后续结算款由持牌收单机构付出，或已取得受理回执。

cause-d025-name = 周末或节假日，结算日顺延
cause-d025-fix = 无需处理；按工作日历告知应到账日，到期再核。
cause-d025-documents = { cause-no-documents }
cause-d025-verify = 应到账日当天银行流水入账。

cause-d026-name = 日切后的交易，计入下一清算日
cause-d026-fix = 无需处理；按实际清算日起算应到账日。
cause-d026-documents = { cause-no-documents }
cause-d026-verify = 按新清算日起算的应到账日入账。

cause-d027-name = 支付系统维护时段，出款顺延
cause-d027-fix = 等维护结束再过两小时判断，不要重发。
cause-d027-documents = 收单机构或人民银行的维护公告
cause-d027-verify = 维护结束后银行流水入账。

cause-d028-name = 即时到账未成功，转为正常周期
cause-d028-fix = 无需处理；次日十四时后核对是否随批次到账。
cause-d028-documents = { cause-no-documents }
cause-d028-verify = 次日批次包含该笔且已入账。

cause-d029-name = 法定长假，多日合并顺延
cause-d029-fix = 无需处理；告知节后首个工作日与合计金额。
cause-d029-documents = { cause-no-documents }
cause-d029-verify = 首个工作日入账额等于各日应到之和。

cause-d030-name = 累计金额未达最低结算额
cause-d030-fix = 无需处理；展示距起结金额还差多少，需要时向收单机构申请下调。
cause-d030-documents = { cause-no-documents }
cause-d030-verify = 达到起结金额后一次入账。

cause-d031-name = 当日净额为负，结转抵扣
cause-d031-fix = 无需处理；展示结转到后续结算日的抵扣过程。
cause-d031-documents = { cause-no-documents }
cause-d031-verify = 后续结算单的扣减额等于结转额。

cause-d032-name = 差额为当日退款
cause-d032-fix = 无需处理；列出从结算款中扣除的退款明细。
cause-d032-documents = 退款明细
cause-d032-verify = 差额逐笔对上，余数为零。

cause-d033-name = 新商户首笔结算有观察期
cause-d033-fix = 告知观察期规则与首笔到账日，届时再核。
cause-d033-documents = { cause-no-documents }
cause-d033-verify = 观察期满后入账。

cause-d034-name = 结算周期已变更
cause-d034-fix = 核对变更记录与合同；非本方申请的，要求恢复原周期。
cause-d034-documents = 合同
cause-d034-verify = 周期恢复或确认有效，款项按该周期入账。

cause-d035-name = 风控延迟结算，部分或全部款项暂缓
cause-d035-fix = 按清单提交交易真实性材料，每三个工作日跟进一次，并保留提交凭据。
cause-d035-documents = 签购单；订单、发货与进货凭证；营业执照；门店照片；情况说明；近三个月流水
cause-d035-verify = 收到解除通知，暂缓金额全额入账。

cause-d036-name = 司法机关冻结
cause-d036-fix = 向收单机构索取法律文书编号与办案机关，由法务或律师联系办理。
cause-d036-documents = 身份证；经营情况证明；律师函
cause-d036-verify = 取得解除文书，款项入账。

cause-d037-name = 证照到期，暂停出款
cause-d037-fix = 更新营业执照或法人身份证并提交审核，通过后申请补打款。
cause-d037-documents = 新营业执照；新身份证
cause-d037-verify = 商户状态恢复正常，补打款已入账。

cause-d038-name = 收到调单通知，须按期提交凭证
cause-d038-fix = 在期限内提交原始签购单及对应订单；重新打印的签购单通常不被接受。
cause-d038-documents = 签购单原件；小票；出库单；监控截图
cause-d038-verify = 系统显示已提报；此后无退单，或抗辩成功。

cause-d039-name = 退单扣款，从结算款中扣回
cause-d039-fix = 核对原交易，在期限内凭证据再请款，或书面认可。
cause-d039-documents = 签购单；发货与签收凭证；沟通记录
cause-d039-verify = 再请款成功并入账，或经审批认可结案。

cause-d040-name = 调单逾期未回，已被退单
cause-d040-fix = 与持卡人协商付款；按规定记账，并改进调单应答安排。
cause-d040-documents = 与持卡人的协商记录
cause-d040-verify = 结案结论已审批，改进措施已落实。

cause-d041-name = 差错处理补入的款项
cause-d041-fix = 无需处理；把该笔贷记与原交易关联。
cause-d041-documents = 差错处理通知
cause-d041-verify = 关联后未解释金额为零。

cause-d042-name = 按约扣留滚动保证金
cause-d042-fix = 展示释放日历；需要时申请降低比例。
cause-d042-documents = 财务报表
cause-d042-verify = 按释放日历返还。

cause-d043-name = 实收手续费率与合同不一致
cause-d043-fix = 按交易导出差异明细，要求更正费率并退补差额。
cause-d043-documents = 合同费率页；手续费差异明细
cause-d043-verify = 后续费率正确，退补款已入账。

cause-d044-name = 借记卡手续费未执行封顶
cause-d044-fix = 列出超过封顶的交易，要求补设封顶并退还差额。
cause-d044-documents = 合同费率页；差异明细
cause-d044-verify = 退补款已入账，新交易手续费不超过封顶。

cause-d045-name = 签购单商户名称或类别与本店不符
cause-d045-fix = 停用该终端并留存签购单，向收单机构总部投诉，要求更正参数。
cause-d045-documents = 签购单
cause-d045-verify = 此后签购单的商户名称与类别正确。

cause-d046-name = 首笔交易被收取押金或设备款
cause-d046-fix = 查合同中的收取与返还条件，未约定的要求退还。
cause-d046-documents = 合同；扣款记录
cause-d046-verify = 退款已入账。

cause-d047-name = 代扣流量费、服务费或保险费
cause-d047-fix = 核对合同是否约定；未约定的要求停扣并退还。
cause-d047-documents = 合同；账单
cause-d047-verify = 已停止代扣，退款已入账。

cause-d048-name = 即时到账收取了约定的附加费
cause-d048-fix = 无需处理；列明附加费，可建议改用普通周期。
cause-d048-documents = 合同
cause-d048-verify = 附加费与合同一致。

cause-d049-name = 分账使本店到账减少
cause-d049-fix = 核对分账规则与比例，有误的更正并补差。
cause-d049-documents = 分账协议
cause-d049-verify = 各方分账之和等于交易净额。

cause-d050-name = 批结算不平
cause-d050-fix = 先完成未决冲正与离线上送，再做批上送并重新结算；仍不平的逐笔比对，不要清除终端流水。
cause-d050-documents = 结算单；终端交易明细
cause-d050-verify = 终端与主机对账应答为平，差异清单为空。

cause-d051-name = 批上送中断，终端暂不能交易
cause-d051-fix = 恢复网络后继续上送，不要清除终端流水。
cause-d051-documents = { cause-no-documents }
cause-d051-verify = 上送结束应答成功，已换新批次号。

cause-d052-name = 终端未做批结算，不影响主机清算
cause-d052-fix = 照常结算即可；资金以主机清算为准，并向收单机构确认其规则。
cause-d052-documents = { cause-no-documents }
cause-d052-verify = 未结算当日仍按清算日入账。

cause-d053-name = 终端批次未关闭（以终端为准的地区）
cause-d053-fix = 立即关闭批次，并设为每日自动关闭。
cause-d053-documents = 批次报表
cause-d053-verify = 批次已关闭，次日入账。

cause-d054-name = 批次重复提交
cause-d054-fix = 先向处理商确认该批是否已入账，再递增批次号。
cause-d054-documents = 批次报表
cause-d054-verify = 只入账一次。

cause-d055-name = 批次因个别交易被拒
cause-d055-fix = 向主机问明是第几笔，记下该笔要素后移出，补录入账，再关闭批次。
cause-d055-documents = 交易号；卡号尾号；金额；授权码
cause-d055-verify = 其余批次成功，该笔已补录入账。

cause-d056-name = 批次序号与主机不一致
cause-d056-fix = 按主机期望的序号调整后重新提交。
cause-d056-documents = { cause-no-documents }
cause-d056-verify = 批次关闭成功。

cause-d057-name = 终端批次号与中心不一致，须重新签到
cause-d057-fix = 在终端重新签到后再交易。
cause-d057-documents = { cause-no-documents }
cause-d057-verify = 签到成功，测试交易成功。

cause-d058-name = 报文校验错，终端工作密钥失效
cause-d058-fix = 重新签到；仍不成功的，由服务商重新下载密钥。
cause-d058-documents = 终端号
cause-d058-verify = 签到成功，测试交易成功。

cause-d059-name = 终端未登记或已停用
cause-d059-fix = 与收单机构核对终端绑定关系与状态。
cause-d059-documents = 终端序列号；商户号
cause-d059-verify = 终端状态正常，测试交易成功。

cause-d060-name = 收单、发卡或转接系统大面积异常
cause-d060-fix = 改用其他收款方式并记录时段，十分钟后再试；未决交易一律先查询。
cause-d060-documents = 按时段的失败统计
cause-d060-verify = 成功率回到基线，未决交易全部定性。

cause-d061-name = 终端时钟不准，交易日期错位
cause-d061-fix = 校准终端时间；以主机时间重新归属交易。
cause-d061-documents = { cause-no-documents }
cause-d061-verify = 时钟偏差小于六十秒，对账差异清零。

cause-d062-name = 终端硬件故障
cause-d062-fix = 换用备机并报修，不要清除终端流水。
cause-d062-documents = 终端序列号；故障照片
cause-d062-verify = 新机签到成功并完成测试交易。

cause-d063-name = 终端防拆触发，已锁定
cause-d063-fix = 停用并寄回，由服务商更换。
cause-d063-documents = 终端序列号
cause-d063-verify = 新机密钥灌装完成。

cause-d064-name = 终端程序版本过旧
cause-d064-fix = 分批升级到合规版本。
cause-d064-documents = { cause-no-documents }
cause-d064-verify = 升级后同类错误率回落。

cause-d065-name = 同店终端同时离线，疑为店内网络或供电
cause-d065-fix = 依次检查供电、路由器与流量卡，必要时切换到移动网络。
cause-d065-documents = { cause-no-documents }
cause-d065-verify = 心跳恢复，缓存交易补传完成。

cause-d066-name = 同一运营商线路的终端集中离线
cause-d066-fix = 查询流量卡状态与欠费，缴费或切换到其他网络。
cause-d066-documents = 流量卡号清单
cause-d066-verify = 九成九以上终端心跳恢复。

cause-d067-name = 终端无应答而持卡人可能已扣款
cause-d067-fix = 不要再次刷卡；先查询，再补发冲正，次日核对清算文件。
cause-d067-documents = 持卡人扣款短信；终端小票
cause-d067-verify = 冲正应答成功，或清算文件无该笔，持卡人款项已退回。

cause-d068-name = 冲正未在日切前完成
cause-d068-fix = 恢复网络让冲正自动发送；已跨日切的，向差错部门申请贷记调整。
cause-d068-documents = 终端流水
cause-d068-verify = 冲正成功，或贷记调整完成。

cause-d069-name = 主机有而终端无（长款）
cause-d069-fix = 核实是否已交付：未交付的退款，已交付的补记订单。
cause-d069-documents = 监控或订单记录
cause-d069-verify = 订单与清算记录一一对应。

cause-d070-name = 终端有而清算无（短款）
cause-d070-fix = 检查离线队列并补传；凭签购单向差错部门请款。
cause-d070-documents = 签购单；终端交易导出
cause-d070-verify = 请款成功并入账，或确认持卡人未扣款。

cause-d071-name = 清算延后一日，暂挂账
cause-d071-fix = 挂账观察一日，次日文件到后再判。
cause-d071-documents = { cause-no-documents }
cause-d071-verify = 次日清算文件中勾对成功。

cause-d072-name = 收单机构对账文件未到
cause-d072-fix = 重新获取；超过约定时间的催办，期间以交易通知临时核对。
cause-d072-documents = { cause-no-documents }
cause-d072-verify = 文件到齐，合计与明细相符。

cause-d073-name = 对账文件不完整或重复
cause-d073-fix = 不采用有疑的部分，请收单机构重发。
cause-d073-documents = 文件名与校验合计
cause-d073-verify = 重发文件合计与明细相符。

cause-d074-name = 银行流水缺失，或多笔合并入账
cause-d074-fix = 补取流水；合并入账的按合计反解组合，唯一才采用。
cause-d074-documents = 银行流水
cause-d074-verify = 组合唯一，差额为零。

cause-d075-name = 同一订单重复扣款
cause-d075-fix = 核对订单数；确属重复的，当日撤销、隔日退货。
cause-d075-documents = 两张签购单；订单
cause-d075-verify = 撤销或退货进入清算，持卡人收到退款。

cause-d076-name = 看似重复，实为两笔订单
cause-d076-fix = 无需处理；标记为非重复。
cause-d076-documents = 订单
cause-d076-verify = 两笔交易与两张订单一一对应。

cause-d077-name = 收银金额录入有误
cause-d077-fix = 多收的当日撤销重刷或退差额；少收的征得顾客同意后补收。
cause-d077-documents = 小票；订单
cause-d077-verify = 净收款等于订单金额。

cause-d078-name = 撤销未成功（已过批次或跨日）
cause-d078-fix = 改用退货办理。
cause-d078-documents = 原交易小票
cause-d078-verify = 退货进入清算。

cause-d079-name = 退款未成功，可退余额不足
cause-d079-fix = 等当日收款累积或充值后再退。
cause-d079-documents = { cause-no-documents }
cause-d079-verify = 退款成功。

cause-d080-name = 预授权尚未完成
cause-d080-fix = 在有效期内做预授权完成；已过期的与顾客协商补收。
cause-d080-documents = 预授权单
cause-d080-verify = 完成交易进入清算。

cause-d081-name = 款项进入了另一家门店
cause-d081-fix = 内部调账，并更正终端绑定。
cause-d081-documents = 终端清单
cause-d081-verify = 调账完成，终端绑定与门店一致。

cause-d082-name = 离线交易可能已过上送时限
cause-d082-fix = 尽快联网上送；已过期的向顾客协商补收。
cause-d082-documents = 离线交易清单
cause-d082-verify = 离线队列为零，余额已按规定处理。

cause-d083-name = 离线交易事后被拒
cause-d083-fix = 联系顾客补付；不能补收的走审批核销。
cause-d083-documents = 顾客联系方式
cause-d083-verify = 已补收，或核销已审批。

cause-d084-name = 终端数据被清除，离线交易未上送
cause-d084-fix = 凭小票与订单重建明细，联系顾客补付；收回清除数据的权限。
cause-d084-documents = 小票；订单
cause-d084-verify = 补收完成，清除权限已关闭。

cause-d085-name = 同一清算日重复入账
cause-d085-fix = 不要动用；书面告知收单机构，按其指示退回。
cause-d085-documents = 银行流水
cause-d085-verify = 退回凭证齐备，净额等于应收。

cause-d086-name = 同一收单机构多家商户同时未到账
cause-d086-fix = 合并为一件总工单统一催办，告知相关商户；必要时向监管反映。
cause-d086-documents = 受影响商户与金额清单
cause-d086-verify = 未到账占比回到基线。

cause-d087-name = 区域性灾害致断电断网
cause-d087-fix = 妥善保存终端；恢复后先冲正再补传；启用备用收款方式，并申请延长时限。
cause-d087-documents = 主管部门的灾害证明
cause-d087-verify = 恢复后未决交易为零。

cause-d088-name = 战争、制裁或银行停业致无法入账
cause-d088-fix = 留存公告与往来记录，按合同不可抗力条款发出通知，商定替代路径。
cause-d088-documents = 公告；合同
cause-d088-verify = 经替代路径入账，或取得法律结论。

cause-d089-name = 账户类型不支持或收款人拒收（境外退回）
cause-d089-fix = 改用支票账户，与收款行确认可收。
cause-d089-documents = 作废支票；账户证明
cause-d089-verify = 重新打款已入账。

cause-d090-name = 支付平台因资料待核验而暂停打款
cause-d090-fix = 在平台补齐身份、企业与银行资料。
cause-d090-documents = 身份证明；企业证明；银行证明
cause-d090-verify = 平台恢复打款，款项已入账。

cause-d091-name = 账面已记收而银行未入（打款未成未冲账）
cause-d091-fix = 冲回原分录并重记为应收。
cause-d091-documents = 记账凭证
cause-d091-verify = 清算科目余额等于未到账额。

cause-d092-name = 交易被拒，不进入清算
cause-d092-fix = 向顾客解释本笔未成交，请换卡或换方式支付。
cause-d092-documents = { cause-no-documents }
cause-d092-verify = 清算文件无该笔，持卡人未被扣款。

cause-d093-name = 次年节假日安排尚未公布
cause-d093-fix = 标明日历未知，暂按周末规则估算；公布后导入并重算。
cause-d093-documents = { cause-no-documents }
cause-d093-verify = 导入后重算结果一致。

cause-d094-name = 请求未到达主机，持卡人未扣款
cause-d094-fix = 查询确认未扣款后，可以重新收款。
cause-d094-documents = { cause-no-documents }
cause-d094-verify = 完整的清算文件中没有该笔。

cause-d095-name = 仅一家收款银行异常
cause-d095-fix = 不要改动商户资料；待该行恢复后重出款。
cause-d095-documents = 该行公告
cause-d095-verify = 该行成功率回到基线，每笔只入账一次。

cause-d096-name = 打款失败，但对方未给原因
cause-d096-fix = 登录收单机构商户后台查看或去电询问；取得原因前不改动账户资料。
cause-d096-documents = 出款单号
cause-d096-verify = 取得原因并归类，重出款已入账。

cause-d097-name = 收款地银行假日，入账顺延
cause-d097-fix = 无需处理；告知新的入账日。
cause-d097-documents = { cause-no-documents }
cause-d097-verify = 下一个银行营业日入账。

cause-d098-name = 批次在处理商截止时间之后关闭
cause-d098-fix = 把自动关闭时间提前到截止时间之前。
cause-d098-documents = { cause-no-documents }
cause-d098-verify = 下一批按时关闭，入账提前一日。
