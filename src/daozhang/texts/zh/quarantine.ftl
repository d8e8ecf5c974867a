# 隔离区：隔离的行怎样更正、重新读入、导出给发送方

quarantine-head-file = 文件
quarantine-head-line-no = 行号
quarantine-head-column = 列
quarantine-head-value = 内容
quarantine-head-reason = 原因
quarantine-head-raw = 原始行
quarantine-exported = 已导出 { $rows } 行：{ $file }

correct-title = 更正
correct-columns = 行号,状态,表,列,原内容,更正为,原因
correct-state-read = 可以读入
correct-state-aside = 仍需隔离
correct-state-no-row = 不是明细行
correct-done = 已读入 { $rows } 行（其中 { $duplicate } 行此前已有），更正编号 { $import_id }。撤回更正：daozhang undo { $import_id }

error-correct-no-cells = 这种文件（{ $format }）不是分隔文本，不能按单元格更正。可按交换表录入该行。
error-correct-no-line = 待处理的行里没有“{ $column }”列为“{ $value }”的。
error-correct-column = 没有“{ $column }”列。现有的列：{ $columns }
error-correct-why = 请写明更正原因，它会与更正一起保存。
error-correct-none = 更正后第 { $line_no } 行仍无法读入，请看“{ $column }”列。行仍在隔离区，没有变化。
error-correct-nothing = 请指明要更正的行和内容。
error-correct-many = 一次最多更正 { $most } 行。
error-correct-not-waiting = 第 { $line_no } 行不在隔离区等待：可能已更正，或从未被隔离。
error-correct-not-read = 更正后的内容无法按 { $format } 读取，没有任何变化。
error-correct-table = 请指明一张交换表：{ $tables }
error-correct-no-original = 导入 { $import_id } 没有保存原件，无法更正。请让发送方重发文件。
error-correct-not-standing = 导入 { $import_id } 不能更正：它已撤回、未被读入，或本身就是一次更正。
error-correct-pair = “{ $words }”应写成 列=内容 的形式。

aside-title = 隔离的行
aside-lead = { $file }：{ $waiting } 行等待处理，{ $corrected } 行已更正。其余的行已收下并用于对账。
aside-all = 全部
aside-filter = 按原因筛选
aside-export = 导出给发送方（CSV）
aside-open = 更正
aside-go = 处理隔离的行
aside-none = 没有等待处理的行。
aside-row-title = 更正第 { $line } 行
aside-cells = 这一行的内容
aside-cells-hint = 只改错的格子，其余保持原样。更正后按原来的格式重新读取。
aside-record = 整行
aside-record-hint = 行被截断或多了分隔符时，在这里写出整行应有的内容。
aside-enter = 录入这一行
aside-enter-hint = 这种文件不能按格子更正。请按交换表录入，金额用分。
aside-enter-table = 交换表
aside-same = “{ $column }”列内容相同的 { $count } 行一并更正
aside-why = 更正原因
aside-why-hint = 会与更正人、时间一起保存。
aside-preview = 预览
aside-preview-title = 将这样读入
aside-preview-nothing = 没有改动。请先修改一个格子。
aside-preview-reads = { $count } 行可以读入
aside-preview-still = { $count } 行仍会隔离
aside-apply = 读入这些行
aside-back = 返回修改
aside-change = “{ $column }”：{ $before } → { $after }
aside-line-changed = 整行已改写
aside-empty = （空）
aside-done = 已更正并读入 { $rows } 行。
aside-corrections = 已做的更正
aside-correction = { $rows } 行，{ $by }：{ $why }
aside-undo = 撤回这次更正
aside-corrected = 已更正
aside-of = 这是对另一次导入的更正。
aside-of-link = 查看原文件的导入
