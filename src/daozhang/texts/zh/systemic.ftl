# 整批差异：许多笔以同一方式不同，合为一条
break-systemic-difference-name = 整批差异
break-systemic-difference-short = { $merchant } 自 { $day } 起多笔以同一方式不同，合计 { $amount }。
ask-systemic-difference = 请问对方：这批数据的文件格式、费率或系统近期有没有变更，从哪一天起？
why-systemic-extent = { $rows } 笔（占同期同范围 { $share }%），{ $merchants } 家商户，{ $first } 至 { $last } 共 { $days } 天，合计 { $gap }
why-systemic-fee-rate = 手续费都符合另一费率：合同 { $rate }，实收 { $paid_rate }。{ why-systemic-extent }。
why-systemic-fee-cap = 手续费都没有按封顶 { $cap } 收取。{ why-systemic-extent }。
why-systemic-fee-rounded = 手续费与合同只差进位方式，每笔不到一分。{ why-systemic-extent }。
why-systemic-fee-offset = 手续费每笔都比合同{ $side ->
    [more] 多收
   *[less] 少收
} { $each }。{ why-systemic-extent }。
why-systemic-fee-factor = 手续费都是合同的 { $factor } 倍。{ why-systemic-extent }。
why-systemic-fee-several = 手续费与合同不同，可归为 { $answers } 种算法。{ why-systemic-extent }。
why-systemic-unit = 清算金额都是终端记录的 { $factor } 倍，像是元与分的单位不同。{ why-systemic-extent }。
why-systemic-sign = 清算金额与终端记录正负相反。{ why-systemic-extent }。
why-systemic-late = 都比应清算日晚清算。{ why-systemic-extent }。
why-systemic-day = 清算日与应清算日相差 { $shift } 天。{ why-systemic-extent }。
why-systemic-day-several = 清算日都在很远的另一天。{ why-systemic-extent }。
why-systemic-kind = 交易类型两边不同。{ why-systemic-extent }。
why-systemic-state = 终端记录为失败或已撤销，清算仍有，或反之。{ why-systemic-extent }。
why-systemic-mixed = 同时有几处不同：{ $words }。{ why-systemic-extent }。
why-systemic-shops = 这些商户当日应清算的一笔都没有，像是缺一份文件。{ why-systemic-extent }。
why-systemic-terminals = 这些终端当日应清算的一笔都没有，像是缺一组终端。{ why-systemic-extent }。
why-systemic-part = 当日应清算的缺了一部分，像是文件被截断。{ why-systemic-extent }。
why-systemic-doubled = 清算行整批重复了一遍。{ why-systemic-extent }。
why-systemic-zone = { $terminals } 台终端的时钟都差 { $hours } 小时，像是时区不同。{ why-systemic-extent }。
why-systemic-unexplained = 笔数太多，没有找到同一个原因；逐笔明细可以随时列出。{ why-systemic-extent }。
cause-d099-name = 文件写法与约定不同：单位、正负、日期或类型
cause-d099-fix = 先不按这批数据逐笔处理；请收单机构确认写法，按约定重发，或按确认的写法登记后重新导入。
cause-d099-documents = 差异样例（文件名与行号）与接口约定
cause-d099-verify = 重发或重新导入后，同一范围的差异消失。
