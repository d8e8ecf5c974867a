# 停摆：主机拒绝、终端被拒
break-payments-refused-name = 交易因技术原因被拒
break-payments-refused-short = { $merchant } 在 { $day } 有交易因技术原因被拒，这些交易没有扣款。
ask-payments-refused = 请确认：重新签到后，这台终端能否正常收款？
why-host-refuses = { $from } 至 { $until }，{ $acquirer } 主机拒绝了 { $merchants } 家商户的 { $count } 笔交易（应答码 { $code } 等），占同期交易的 { $share }%。
why-terminal-refused = 终端 { $terminal } 在 { $from } 至 { $until } 之间被拒 { $count } 次，应答码 { $code }。
