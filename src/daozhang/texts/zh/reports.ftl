# 清算失败报告
report-title = 清算失败报告
report-number-line = 编号 { $number }　第 { $version } 版　事实截至 { $moment }
report-footer = { $number } 第 { $version } 版　摘要 { $hash }
report-page = 第 { $page } 页，共 { $pages } 页
report-hash-line = 事实摘要（SHA-256）：{ $hash }。事实不变，则报告逐字节不变。
report-gap = 差额
report-description = 一、问题描述
report-findings = 差错明细
report-records = 二、交易记录
report-measures = 三、已采取的措施
report-asked = 四、请求协助
report-summary-case = 工单
report-summary-acquirer = 收单机构
report-summary-merchant = 商户号
report-summary-state = 状态
report-summary-since = 应到账时间
report-summary-deadline = 期限
report-summary-external = 对方受理编号
report-what = { $business } 与 { $acquirer } 之间有 { $count } 项差错，{ $side ->
    [short] 少到账 { $amount }
    [over] 多到账 { $amount }
   *[none] 净差额为零
}。最早一项应于 { $since } 前到账，{ $opened } 发现并建立工单。
report-what-happened = { $business } 与 { $acquirer } 之间有 { $count } 项差错，{ $side ->
    [short] 合计少到账 { $amount }
    [over] 合计多到账 { $amount }
   *[none] 净差额为零
}。最早一项发生于 { $since }，{ $opened } 发现并建立工单。
report-more-sentences = 其余各项情况类似，逐项见差错明细。
report-summary-happened = 最早发生
report-why = 原因：{ $cause }。
report-why-unknown = 原因尚未查明，以下为已掌握的事实。
report-bank-lines = 银行流水已勾对：{ $lines }。
report-more = 另有 { $count } 处
report-records-note = 列出 { $shown } 笔，共 { $all } 笔。每笔均注明来源文件和行号；卡号只保留后四位。
report-column-break = 差错
report-column-keys = 对象
report-column-gap = 差额
report-column-due = 应到账
report-column-evidence = 佐证（文件:行）
report-column-time = 时间
report-column-kind = 类型
report-column-status = 状态
report-column-amount = 金额
report-column-merchant = 商户号
report-column-terminal = 终端号
report-column-trace = 凭证号
report-column-rrn = 参考号
report-column-order = 订单号/出款单号
report-column-batch = 批次号
report-column-card = 卡/账户尾号
report-column-source = 文件:行
report-column-at = 时间
report-column-by = 经办
report-column-step = 措施
report-column-note = 说明
report-asked-fix = 处理建议
report-asked-documents = 材料
report-asked-verify = 核实方式
report-signature-prepared = 经办
report-signature-reviewed = 复核
report-signature-seal = 单位盖章 / 日期
report-key-settled-on = 清算日
report-key-payout-no = 出款单
report-key-merchant-no = 商户
report-key-terminal-no = 终端
report-key-batch-no = 批次
report-key-trace-no = 凭证号
report-key-rrn = 参考号
report-key-order-no = 订单
report-key-network-no = 渠道单号
report-key-account-tail = 账户尾号
report-key-file = 文件
report-kind-sale = 消费
report-kind-void = 撤销
report-kind-refund = 退货
report-kind-reversal = 冲正
report-kind-preauth = 预授权
report-kind-preauth-completion = 预授权完成
report-kind-preauth-void = 预授权撤销
report-kind-offline-sale = 离线消费
report-kind-adjustment = 调账
report-kind-fee = 费用
report-kind-dispute = 争议
report-kind-payout = 出款
report-kind-bank-entry = 银行流水
report-kind-order = 订单
report-kind-batch = 批结算
report-status-approved = 成功
report-status-declined = 已拒绝
report-status-unknown = 结果未知
report-status-reversed = 已冲正
report-status-voided = 已撤销
report-status-stored = 离线暂存
report-status-cleared = 已清算
report-status-booked = 已记账
report-status-noticed = 银行已通知
report-status-pending = 出款中
report-status-claimed = 称已出款
report-status-failed = 出款失败
report-status-returned = 已退票
report-status-held = 延迟结算
report-status-closed = 已关单
report-status-balanced = 平
report-status-unbalanced = 不平
report-status-rejected = 被拒
report-status-open = 未结
report-status-card = 刷卡
report-status-wechat = 微信
report-status-alipay = 支付宝
report-status-cash = 现金
report-status-other = 其他
error-report-missing = 工单 { $number } 的清算失败报告还不能出具，尚缺：{ $records ->
    [missing] 交易记录；
   *[there] {""}
}{ $description ->
    [missing] 问题描述；
   *[there] {""}
}{ $measures ->
    [missing] 已采取的措施（请在工单中记录措施）；
   *[there] {""}
}补齐后即可出具。
error-report-file = 无法写入 { $path }：{ $detail }
report-made = 已出具 { $number } 第 { $version } 版（{ $language }）：{ $path }

# 证据包
pack-made = { $number } 的证据包已写入 { $path }（第 { $version } 版，SHA-256 { $hash }）。
pack-readme = 工单 { $number } 证据包，第 { $version } 版。
    事实摘要（SHA-256）：{ $hash }

    report.pdf：清算失败报告（PDF/A）。
    tables.xlsx：全部表格的工作簿；同样的表格另附 CSV（UTF-8）。
    case.json：全部事实，供程序读取。
    manifest.json：包内每个文件的 SHA-256。

    表中金额为最小货币单位的整数（分），负数表示商户少收。
    时间均为北京时间。以公式符号开头的单元格前加了撇号，表格软件不会执行。
pack-readme-whole = 卡号只保留前六后四。evidence.csv 摘录了各项差异所依据的文件原行。
pack-readme-redacted = 本包已脱敏，供外部人员查阅：名称、能识别主体的编号、备注和原始行均已去除。同一标记（M1、T2 等）始终指同一对象。金额、日期和类型保持原样。
web-case-pack = 证据包（zip）
web-case-pack-redacted = 脱敏证据包（供外部人员）
