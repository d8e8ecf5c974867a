# 判断依据：每条差错为什么是这个原因（why-），以及判断不了时要问的那一句（ask-）
why-acquirer-silent = { $acquirer } 当日 { $silent } 家商户均未到账，没有一家到账，是收单机构一侧的共同原因。
why-acquirer-many = { $acquirer } 当日 { $silent } 家商户未到账（已到账 { $paid } 家），占比明显高于平常，按同一事件处理。
why-adjusted = 清算文件中有一笔差错处理补入，金额 { $amount }。
why-after-retrieval = 同一笔交易此前收到过调单通知，现已从结算款中扣回 { $amount }。
why-bank-holiday = 应到账日是收款地银行假日，顺延到 { $due }，金额 { $amount }。
why-batch-refused = 主机拒收该批次，答复为“{ $text }”。
why-cap-ignored = 合同封顶 { $cap }，应收手续费 { $expected }，实收 { $charged }。
why-carrier = 使用 { $carrier } 线路的 { $count } 台终端同时没有心跳，涉及多家门店。
why-charged-again = 上一次刷卡没有应答，相隔 { $seconds } 秒又对订单 { $order } 收了一次 { $amount }。
why-charged-unanswered = 终端没有收到应答，也没有冲正，而清算文件中有这笔 { $amount }，持卡人已被扣款。
why-chargeback = 清算文件中有一笔退单，扣回 { $amount }。
why-class-ii = 尾号 { $tail } 是二类户，本次打款 { $amount }，超过单日收款上限 { $limit }。
why-cleared-late = 应在 { $expected } 清算，实际在 { $cleared } 清算；款项没有缺。
why-cleared-twice = 同一笔交易在清算文件中出现两次，金额 { $amount }。
why-clock = 终端时钟与主机相差约 { $minutes } 分钟，交易可能记在了别的日期。
why-closed = 出款单已被收单机构关闭，金额 { $amount }。
why-cutover = 交易在日切之后，计入下一清算日，应在 { $due } 前到账，金额 { $amount }。
why-cycle-changed = 结算周期刚有变更，按新周期应在 { $due } 前到账，金额 { $amount }。
why-data-cleared = 终端 { $terminal } 的离线流水在上送之前被清除，涉及 { $amount }。
why-declined = 终端记录本笔 { $amount } 未获批准；未获批准的交易不进入清算，也就谈不上未到账。
why-deduction = 从结算款中扣了 { $amount }，合同中没有对应约定（已约定的扣款：{ $names }）。
why-differs-from-order = 终端收了 { $one }，订单为 { $other }，两者不同且看不出规律。
why-exactly-double = 应入 { $due }，实入 { $got }，多出的部分像是重复入账。
why-file-contradicts = { why-source-word }自身的合计与明细不一致（{ $detail }）。
why-file-cut = { why-source-word }不完整：{ $detail }。
why-file-missing = { $day } 的{ why-source-word }没有收到，而之后的日期已有文件。
why-from-acquirer = 付款方 { $payer } 是收单机构，这笔 { $amount } 暂时对不上某一张出款单，可能是合并入账。
why-held = 出款单显示 { $amount } 暂缓结算。
why-held-as = 出款单显示 { $amount } 暂缓结算，说明为“{ $text }”。
why-holder-differs = 出款单上的户名与商户登记的户名不一致（账号尾号 { $tail }）。
why-holiday = 法定节假日不划款，顺延到 { $due }，金额 { $amount }。
why-host-capture = 终端未做批结算，但主机已记录全部交易；资金以主机清算为准。
why-host-trouble = { $acquirer } 当日有 { $count } 笔交易没有应答，应答码指向主机一侧。
why-in-that-batch = 这笔 { $amount } 所在的批次没有结平。
why-keyed-x10 = 终端收了 { $one }，对照金额为 { $other }，正好差十倍，像是多输了一个零。
why-keyed-div10 = 终端收了 { $one }，对照金额为 { $other }，正好是十分之一，像是少输了一位。
why-keyed-x100 = 终端收了 { $one }，对照金额为 { $other }，正好差一百倍，像是元与分弄混。
why-keyed-div100 = 终端收了 { $one }，对照金额为 { $other }，正好是百分之一，像是元与分弄混。
why-keyed-swap = 终端收了 { $one }，对照金额为 { $other }，像是相邻两位输反了。
why-kinds = 终端记为{ $journal ->
    [sale] 消费
    [preauth] 预授权
    [preauth_completion] 预授权完成
    [preauth_void] 预授权撤销
    [refund] 退货
    [void] 撤销
    [reversal] 冲正
   *[other] 其他交易
}，清算文件记为{ $clearing ->
    [sale] 消费
    [preauth] 预授权
    [preauth_completion] 预授权完成
    [preauth_void] 预授权撤销
    [refund] 退货
    [void] 撤销
    [reversal] 冲正
   *[other] 其他交易
}。
why-licence = 商户证照已到期，收单机构暂停出款，涉及 { $amount }。
why-many-missing = { $acquirer } { $day } 有 { $rows } 笔应清算而清算文件中没有，占该商户当日交易的 { $share }%，先核文件是否完整。
why-minimum = 累计 { $amount }，还差 { $shortfall } 达到最低结算额。
why-near-cutover = 交易临近日切，可能进入下一清算日；金额 { $amount }，应清算日 { $expected }。
why-negative = 净额为负，结转 { $carried } 到后续结算日抵扣。
why-never-reached = 终端没有收到应答，完整的清算文件中也没有这笔 { $amount }，持卡人没有被扣款。
why-new-merchant = 新商户观察期，首笔应在 { $due } 前到账，金额 { $amount }。
why-no-reason = 打款 { $amount } 未成功（账号尾号 { $tail }），对方没有给出原因。
why-no-text = 银行流水入账 { $amount }，既无付款方名称也无摘要，可能是合并入账。
why-not-cleared = 终端记录成功的 { $amount }，应在 { $expected } 清算，已过 { $days } 天，清算文件中仍没有。
why-not-due = 按约定的结算周期，应在 { $due } 前到账，现在还没到时间；金额 { $amount }。
why-notice = { $bank } 有公告（{ $source }），影响到 { $until }。
why-notice-adjustment = 清算文件中有一笔差错处理调整，金额 { $amount }，清算日 { $cleared }。
why-notice-dispute = 清算文件中有一笔差错扣款，金额 { $amount }，清算日 { $cleared }。
why-old-account = 打款进入尾号 { $paid } 的账户，这是登记过的账户；现约定账户尾号为 { $agreed }（{ $changed } 起）。
why-one-bank = 打往 { $bank } 的 { $failed } 笔同时未成，其他银行正常，不是单个商户的资料问题。
why-one-order-twice = 订单 { $order } 收了两次 { $amount }，相隔 { $seconds } 秒。
why-only-host = 清算文件有这笔 { $amount }（{ $cleared }），当日该终端的流水齐全却没有它，像是应答未回到终端。
why-only-this-terminal = 只有这一台终端没有心跳，同店与同线路的终端正常。
why-order-only = 订单 { $order } 记为刷卡收款 { $amount }，终端流水与清算文件都没有，可能是离线交易未上送。
why-other-account = 打款进入尾号 { $paid } 的账户，约定账户尾号为 { $agreed }（{ $changed } 起）。
why-other-shop = 终端 { $terminal } 登记在商户 { $owner } 名下，这笔 { $amount } 会结算到那里。
why-paid-cash = 订单 { $order } 记为现金收款，卡上也收了 { $amount }。
why-parked = 清算文件中暂时没有这笔 { $amount }（应清算日 { $expected }），先挂账一日看下一份文件。
why-parts = 差额 { $amount } 由下列各项组成：{ $parts }。
why-payout-twice = 出款单 { $payout } 与 { $other } 支付同一清算日的同一笔款 { $amount }，之间没有退票。
why-pending-reversals = 结算时还有 { $pending } 笔冲正未完成。
why-preauth-open = 预授权 { $amount } 已 { $days } 天没有完成，也没有撤销。
why-rail-maintenance = 支付系统在 { $until } 之前维护，款项会随后到账。
why-rate = 合同费率 { $rate }，实收费率约 { $paid_rate }：应收 { $expected }，实收 { $charged }。
why-payout-sum-differs = 打款单 { $payout } 所含 { $lines } 行的合计为 { $sum }，出款金额为 { $planned }。
why-payout-unknown = 银行回复了打款单 { $payout }，{ $fits ->
    [0] 现有出款清单中没有这一单
   *[other] 不止一家商户有这个单号
}；清单到后会自动对应。
why-file-sums-differ = 汇总文件为 { $stated }，{ why-source-word }明细合计为 { $added }。
why-reason-read = 打款 { $amount }（账号尾号 { $tail }）的答复为“{ $text }”。
why-region = 地区 { $region } 有 { $count } 台终端同时离线，涉及不止一家运营商。
why-replaced = 出款单 { $payout } 未到账后已由 { $other } 重新出款，只应到账一次。
why-retrieval = 收到一笔调单通知，请在期限内提交凭证。
why-returned = 打款 { $amount }（账号尾号 { $tail }）已被收款行退回，未写明原因。
why-reversal-late = 交易 { $amount } 已扣款，冲正在日切之后才发出，当日没有抵掉。
why-reversal-missed = 终端已冲正，清算文件（{ $cleared }）仍按成功清算 { $amount }，冲正没有赶上日切。
why-reversal-open = 交易 { $amount } 已扣款，冲正已发出，尚未在清算中看到。
why-reversal-under-way = 交易 { $amount } 没有应答，冲正已发出，等清算文件确认。
why-reversal-waiting = 终端上还有 { $pending } 笔冲正未发出。
why-reversed = 交易 { $amount } 没有应答，冲正已在清算中抵掉，持卡人没有多付。
why-rounding = 应收手续费 { $expected }，实收 { $charged }，相差不超过每笔一分，属进位方式不同。
why-router = 路由器 { $router } 下的 { $count } 台终端同时离线。
why-same-second = 同一秒内向尾号 { $tail } 打了两笔，银行会暂时锁定账户。
why-set-aside = 暂不能判断：文件 { $file } 有 { $lines } 行已隔离，这一笔可能就在其中{ $more ->
    [0] {""}
   *[other] （另有 { $more } 个文件）
}。请先更正隔离的行。
why-set-aside-shared = 暂不能判断：文件 { $file } 有 { $lines } 行已隔离，这一笔可能就在其中，也可能是另外 { $rivals } 笔漏单中的一笔。请先更正隔离的行。
why-statuses = 终端记为{ $journal ->
    [unknown] 没有应答
    [declined] 未获批准
   *[other] 其他结果
}，清算文件却按成交清算，持卡人已被扣款。
why-stored = 这笔 { $amount } 是离线交易，存在终端里 { $days } 天，还没有清算。
why-strange-account = 打款进入尾号 { $paid } 的账户，不在登记过的账户之中；约定账户尾号为 { $agreed }。
why-suspended = 商户状态为暂停，收单机构不出款，涉及 { $amount }。
why-terminal-capture = 该地区以终端批次为准，批次未关闭就不会入账。
why-totals-differ = 主机与终端的合计不同：借记差 { $debit }，贷记差 { $credit }，笔数差 { $count }。
why-two-orders = 两笔 { $amount } 各有一张订单，是两次真实的购买。
why-unknown-payer = 付款方 { $payer } 不在收单机构的付款名称之中，摘要却写的是结算款，金额 { $amount }。
why-other-payer = 该收单机构对其他商户都以 { $usual } 付款，这笔 { $amount } 却来自 { $payer }。
why-upload-interrupted = 主机收到的笔数或金额少于终端，上送没有完成。
why-uploads-old = 终端上有 { $pending } 笔离线交易，存放已超过二十四小时。
why-uploads-waiting = 终端上有 { $pending } 笔离线交易等待上送。
why-void-missed = 终端已撤销，清算文件（{ $cleared }）仍按成功清算 { $amount }。
why-source-word = { $source ->
    [bank_statement] 银行流水
    [bank_entries] 银行流水
    [clearings] 收单机构清算文件
    [payouts] 打款文件
    [transactions] 终端交易流水
    [orders] 订单
    [batches] 批结算记录
    [heartbeats] 终端心跳
   *[other] { $source }
}
why-waiting = 暂不能判断：缺少{ why-source-word }（{ $detail }）{ $more ->
    [0] {""}
   *[other] ，另缺 { $more } 份
}。
why-weekend = 周末不划款，顺延到 { $due }，金额 { $amount }。
why-with-defect = 打款 { $amount }（账号尾号 { $tail }）答复为有缺陷的成功，银行会延后入账。

ask-tie = 有 { $candidates } 条清算记录都可能是这一笔，请告知参考号或卡号后四位，以便确定。
ask-missing-in-clearing = 请提供签购单或终端上的查询结果：这笔交易主机有没有记录？
ask-missing-in-journal = 请核对当时的订单或监控：这笔交易是不是本店做的，货是否已交付？
ask-amount-mismatch = 请看签购单：顾客实际签的是哪个金额？
ask-kind-mismatch = 请看签购单：当时做的是哪一种交易？
ask-status-mismatch = 请在收单机构后台查询：这笔交易的最终状态是什么？
ask-duplicate = 请核对订单：这是一张订单收了两次，还是两张订单？
ask-fee-mismatch = 请提供合同费率页：这类卡的费率、封顶与进位方式是怎样约定的？
ask-late-clearing = 请问收单机构：这笔为什么晚了一日清算？
ask-outcome-unknown = 请先查询这笔交易的结果，不要再次刷卡：主机的答复是什么？
ask-keyed-amount-suspect = 请看小票与订单：应收多少，实收多少？
ask-preauth-open = 请确认：顾客是否已结账离店，预授权要完成还是撤销？
ask-batch-unbalanced = 请打印终端明细与结算单：哪一笔两边不一致？
ask-batch-open = 请确认：该终端今天是否还在营业，是否做过结算？
ask-batch-rejected = 请抄下终端或主机给出的拒收提示：原文是什么？
ask-file-missing = 请问收单机构或开户行：这一天的文件是否已生成？
ask-file-late = 请问对方：文件为什么晚到，以后按什么时间发送？
ask-file-truncated = 请对方重发这份文件，并告知总笔数与总金额。
ask-file-contradicts-itself = 请对方确认：以明细为准还是以合计为准？
ask-file-sums-differ = 请对方确认：以汇总为准还是以明细为准？
ask-payout-sum-differs = 请问收单机构：这笔打款包含哪些交易？
ask-payout-unknown = 请问对方：这个打款单号在哪份出款清单里？
ask-payout-missing = 请在收单机构后台查询：这一清算日有没有出款单，状态是什么？
ask-payout-failed = 对方的说明是“{ $text }”，含义不明。请问收单机构：具体是账号、户名、银行还是限额的问题？
ask-payout-returned = 对方的说明是“{ $text }”，含义不明。请问收单机构：收款行退回的原因是什么？
ask-payout-held = 请问收单机构：这笔款为什么暂缓，需要什么材料，预计何时解除？
ask-payout-short = 请问收单机构：打款比应结少的部分是哪几项？
ask-payout-over = 请问收单机构：打款比应结多的部分是什么款？
ask-payout-duplicate = 请问收单机构：两张出款单是否都是有效出款？
ask-deduction-not-agreed = 请问收单机构：这笔扣款的名目与依据是什么？
ask-credit-missing = 请问收单机构：这笔打款的银行参考号是什么？凭它到开户行查询。
ask-credit-short = 请看银行回单：少入的部分是否为银行手续费？
ask-credit-over = 请问收单机构：多入的部分是什么款，是否需要退回？
ask-credit-unidentified = 请看银行回单：这笔款是谁付的、付的是什么？
ask-credit-to-other-account = 请确认：打款进入的账户是谁的，何时登记的？
ask-credit-from-other-payer = 请确认：银行流水上的付款方您是否认识，与其有无协议？
ask-terminal-offline = 请到店确认：这台终端有没有通电、有没有网络？
ask-clock-skew = 请看终端屏幕：显示的日期和时间是多少？
ask-reversal-pending = 请让终端联网：冲正是否已自动发出？
ask-uploads-pending = 请让终端联网：离线交易是否已上送完？

# 联系角色
contact-role-acq-cs = 收单机构客服
contact-role-acq-dispute = 收单机构差错部门
contact-role-acq-exec = 收单机构管理层
contact-role-acq-hq = 收单机构总部
contact-role-acq-legal = 收单机构法务
contact-role-acq-notice = 收单机构公告
contact-role-acq-ops = 收单机构运营
contact-role-acq-risk = 收单机构风控
contact-role-acq-settle = 收单机构清算
contact-role-acq-tech = 收单机构技术
contact-role-admin = 系统管理员
contact-role-authority = 办案机关
contact-role-cardholder = 持卡人
contact-role-carrier = 通信运营商
contact-role-engineer = 本方工程师
contact-role-finance = 财务
contact-role-hq-finance = 总部财务
contact-role-issuer = 发卡行
contact-role-isv = 服务商
contact-role-local-gov = 当地政府
contact-role-market-12315 = 市场监管热线（12315）
contact-role-payee-bank = 开户行
contact-role-pcac = 中国支付清算协会
contact-role-police = 公安机关
contact-role-processor = 处理商
contact-role-property = 物业
contact-role-psp-support = 支付平台支持
contact-role-regulator = 监管部门
contact-role-regulator-pboc = 人民银行分支机构
contact-role-scheme-cs = 银联客服（95516）
contact-role-self = 本方
contact-role-shop-lead = 门店主管
