simulate-held = 种子 { $seed }：模拟 { $days } 天，注入故障 { $faults } 次、进程中断 { $deaths } 次，各项约束均成立。{ $digest }
simulate-broken = 种子 { $seed }，{ $on }：{ $problem }
simulate-done = 共 { $seeds } 个种子、{ $days } 天，用时 { $cpu } 处理器秒（每分钟 { $rate } 天）；{ $failed } 个种子出现不成立的约束。
