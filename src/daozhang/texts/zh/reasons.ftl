# daozhang reason：读懂失败原因
reason-nothing-given = 请给出原因文字，或用 --code 给出代码。
reason-means = “{ $text }”：{ $cause }（{ $code }，把握 { $confidence }%）
reason-ask = “{ $text }”的含义不明。请向对方问清：具体是账号、户名、银行、限额还是系统的问题？
reason-book = 网络代码表中“{ $text }”的含义：{ $meaning }。
reason-finality-final = 结果：已是终态。
reason-finality-unknown = 结果：尚未确定，请先查询终态。
reason-fix = 怎么办：{ $fix }
reason-contact = 找谁：{ $roles }
reason-retry-fix-data-then-reissue = 能否重试：更正资料后可以重出款。
reason-retry-contact = 能否重试：先联系对方，得到答复后再定。
reason-retry-switch-channel-or-card = 能否重试：换通道或换卡后可以重出款。
reason-retry-wait = 能否重试：现在不要重出款，等待即可。
reason-retry-query-first = 能否重试：先查询原单终态，未确认前不要重出款。
reason-retry-sign-in-again = 能否重试：终端重新签到后可以再试。
reason-retry-no-action = 能否重试：无需重试，交易未成立。
