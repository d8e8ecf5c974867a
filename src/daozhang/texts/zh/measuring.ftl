bench-title = 基准（每个工作与裸限的比值）
