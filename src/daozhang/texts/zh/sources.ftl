# 文件来源：控制台上传、监视文件夹、邮箱附件、SFTP、对象存储

import-stopped = 该文件的导入已取消，未留下任何数据。
upload-stop = 取消
upload-left = 已取消，未留下任何内容。
upload-failed = 未能送达，什么也没有留下。请再试一次；同一份文件放两次不会重复。
upload-cancelled = 已取消：{ $file }。此前读入的部分也已撤回。
upload-over = { $file } 已经读完。如需撤回，请打开该次导入并撤销。
upload-stage-reading = 正在读取 { $file }（{ $size }）
upload-stage-comparing = 已读 { $rows } 行，正在与已有数据比对
upload-stage-saving = { $rows } 行比对完毕，正在入库

source-secret-missing = { $place } 中没有内容。密码和密钥只从环境变量或文件读取。
source-no-such-host = 找不到主机 { $host }。
source-no-answer = { $host } 的 { $port } 端口没有应答。下次到点会再试。
source-address-inside = { $host } 指向内部地址 { $address }，未连接。确属内部主机时，请在该来源写明 private = true。
source-needs-tls = { $host } 未使用 TLS。仅内部主机（private = true）可用 http。
source-login-refused = { $host } 未接受用户 { $user } 的登录。
source-broke-off = 与 { $host } 的连接中断（{ $fault }）。已取到的不受影响，下次接着取。
source-host-key-unknown = { $host } 的主机密钥尚未确认，未发送任何信息。请与对方核对指纹，一致后写入来源 { $name }：host_key = "{ $fingerprint }"
source-host-key-other = { $host } 的主机密钥与已确认的不同，未发送任何信息。已确认：{ $expected }；现在：{ $fingerprint }。请先向对方核实。
source-folder-missing = 文件夹 { $path } 不存在或无法打开。
source-cannot-move = { $file } 已导入，但无法移走（{ $fault }）。
source-file-changes = { $file } 还在写入，下次再取。
source-attachment-damaged = 附件的编码不完整，无法还原。
source-too-large = 文件超过该来源的上限 { $limit } MiB，未取。
source-too-many = 该前缀下的对象超过 { $limit } 个，请写更具体的前缀。
source-busy = 来源 { $name } 正在取文件，请稍候。
error-no-such-source = 没有名为 { $name } 的来源。现有：{ $possible }

sources-none = 还没有设置来源。可在 daozhang.toml 中用 [[sources]] 添加文件夹、邮箱、SFTP 或对象存储。
sources-title = 文件来源
sources-columns = 名称,类型,位置,最近一次,看到,导入,无变化,需处理,写入中,说明
source-line = { $name }：看到 { $seen } 个文件，导入 { $taken } 个，无变化 { $unchanged } 个，需要处理 { $refused } 个，仍在写入 { $waiting } 个
source-line-error = { $name }：{ $reason }

ways-title = 文件从哪里来
ways-lead = 系统按设定的间隔查看以下来源，新文件自动导入；同一份文件只计一次。
ways-look = 立即查看
ways-looking = 已安排查看 { $name }，结果稍后显示。
ways-never = 尚未查看
ways-last = 最近一次
ways-next = 下一次
ways-files = 最近的文件
ways-col-file = 文件
ways-col-state = 结果
ways-col-arrived = 到达
ways-link = 自动取文件
ways-kind-folder = 文件夹
ways-kind-imap = 邮箱
ways-kind-sftp = SFTP
ways-kind-store = 对象存储
