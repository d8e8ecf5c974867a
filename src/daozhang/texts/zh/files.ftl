# 应到的文件：谁的文件、什么时候该到、账单之间是否衔接

expect-title = 文件到达计划
expect-columns = 表,来源,依据,最近日期,下一份,应到时间
expect-none = 还没有任何来源。导入文件后，这里会列出每个来源的到达规律。
expect-how-set = 人工设定
expect-how-learned = 按以往到达
expect-how-shipped = 按格式说明
expect-how-none = 不再等待
expect-how-unknown = 尚无规律
error-expect-table = 没有名为 { $table } 的表。可用：{ $tables }
error-expect-days = 结束日 { $to_on } 早于开始日 { $from_on }。
error-expect-clock = “{ $value }”不是 09:00 形式的时间。

why-file-not-here = { $day } 的{ why-source-word }应在 { $due } 到达，目前还没有收到{ $days ->
    [1] {""}
   *[other] ，共 { $days } 份未到
}。
why-statement-numbers = 账号尾号 { $tail } 的对账单缺 { $from } 至 { $to } 号，余额差 { $between }。
why-statement-between = 账号尾号 { $tail } 在 { $until } 之后、{ $since } 之前变动了 { $between }，这段时间的流水尚未收到。
why-statement-balances = 账号尾号 { $tail } 的前一份对账单期末余额为 { $closing }，后一份期初余额为 { $opening }，相差 { $between }。

expected-title = 应到的文件
expected-lead = 每个来源什么时候应有下一份文件。没有人工设定时，系统按以往的到达规律判断。
expected-caption = 每个来源一行
expected-col-table = 内容
expected-col-source = 来源
expected-col-how = 依据
expected-col-last = 最近一份
expected-col-next = 下一份
expected-col-due = 应到时间
expected-overdue = 尚未收到
expected-all = 全部商户
expected-none = 还没有任何来源。导入几份文件后，这里会列出规律。
expected-set = 设定到达时间
expected-set-hint = 设定后以此为准；可随时取消，恢复按规律判断。
expected-acquirer = 收单机构
expected-merchant = 商户号
expected-account = 账号末位
expected-at = 到达时间
expected-after = 所属日期之后第几天
expected-workdays = 只有工作日有文件，按工作日计算
expected-nothing = 不再等待这个来源的文件
expected-save = 保存
expected-forget = 取消设定
expected-saved = 已保存。
expected-forgotten = 已取消设定，恢复按规律判断。
expected-link = 应到的文件
