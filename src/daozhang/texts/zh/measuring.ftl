bench-title = 基准（每个工作与裸限的比值）
bench-no-sample = 未测：没有可重复行的样本文件
bench-not-finished = 未在处理器时间上限内完成，或无法读取该文件
