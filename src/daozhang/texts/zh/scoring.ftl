score-title = 得分（对照单独写出的真相）
score-what = 项目
score-count = 数值
error-no-world = 这里没有模拟世界：找不到 { $path }。先运行 daozhang world --out 目录。
