workspace-made = 工作区已建好：{ $path }。下一步：daozhang import 你的文件
error-workspace-exists = { $path } 已经是一个工作区，没有改动任何内容。
error-workspace-not-empty = { $path } 不是空目录，没有改动任何内容。请换一个空目录。
error-no-workspace = { $path } 不是工作区。请用 --workspace 指明，或先运行 daozhang init 目录
error-settings = 设置有误，尚未启动任何工作：{ $problems }
error-database-url = 数据库地址须以 postgresql:// 开头，现为 { $scheme }
