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
