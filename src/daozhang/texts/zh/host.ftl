# 模拟收单主机

host-journal-taken = 另一台主机程序正在往 { $folder } 写报文日志。请先结束它，或换一个目录。
host-needs-the-word = 其他机器可以连到 { $address }，而终端与主机之间没有加密。确需放开，请加 --beyond-this-machine。
host-cannot-listen = 无法监听 { $address } 的 { $port } 端口：已被占用，或本机没有这个地址。请换一个端口。
host-disk = 报文日志写不进去（{ $fault }），主机已停止：没有落盘的应答一条也没有发出。腾出空间后重新启动即可接着运行。
host-ready = 正在监听 { $address } 的 { $port } 端口。报文日志：{ $folder }；已读回 { $known } 笔往来报文。按 Ctrl-C 结束。
host-ended = 已结束。共应答 { $answered } 条报文，写盘 { $writes } 次；当日日志已收好。
host-brought-in = { $file } 已导入，新增 { $rows } 行。
host-not-brought-in = { $file } 暂未导入：{ $reason }文件仍在原处，稍后可用 daozhang import 导入。
