# 文件导入：行或文件为何被隔离，以及命令的输出

reject-whole = “{ $column }”的内容“{ $value }”不是整数（金额以分为单位，不带小数点）。
reject-number = “{ $column }”的内容“{ $value }”不是数字。
reject-number-too-fine = “{ $column }”的内容“{ $value }”超过四位小数。
reject-clock = “{ $column }”的内容“{ $value }”不是 23:00 形式的时刻。
reject-flag = “{ $column }”的内容“{ $value }”既不是 1 也不是 0。
reject-text-too-long = “{ $column }”超过 { $expected } 个字符。
reject-control-sign = “{ $column }”含有文字中不应出现的控制字符。

warn-card-column-dropped = “{ $column }”列是不得留存的卡片数据（安全码、密码、有效期或磁道信息），未读入。
note-undone-by = 由 { $by } 撤回。

refused-unclaimed = 没有格式能识别这个文件。可用 daozhang map 或在控制台它的页面上告诉系统怎么读，也可用 --as 指定格式。
refused-two-formats = 有多个格式都能识别这个文件（{ $formats }）。请用 --as 指定其一。
refused-too-large = 文件超过 { $limit } MiB，即单个文件的读取上限。请拆分文件，或调大 reader_memory_mb。
refused-file-too-large = 文件超过 { $limit } MiB，即允许读取的最大文件。请拆分文件，或调大 largest_file_mb。
refused-changed = 读取期间文件有改动，未导入任何一行。请待文件写完后重新导入。
refused-memory = 读取该文件所需内存超过 { $limit } MiB。请拆分文件，或调大 reader_memory_mb。
refused-time = 读取该文件所需处理器时间超过 { $limit } 秒。请拆分文件，或调大 reader_cpu_s。
refused-reader-fault = 该格式的读取程序未能处理这个文件（{ $fault }）。其他文件不受影响，请反馈该文件的格式。
refused-no-table = 列名与任何一张中立表都不相符，无法按 { $format } 读取。
refused-header-twice = 表头中有重复的列名：{ $columns }。
refused-parquet = 不是可读的 Parquet 文件（{ $fault }）。
refused-zip-damaged = 压缩包不完整，或压缩方式无法识别。
refused-zip-too-many = 压缩包内的文件超过 { $limit } 个。
refused-zip-empty = 压缩包里没有文件。
refused-zip-locked = 压缩包设有密码，请先解压。
refused-zip-nested = 压缩包内还有压缩包，请先解压。
refused-zip-bomb = 压缩包内有文件解压后超过原来的 { $ratio } 倍，未予解压。
refused-spreadsheet = 这是办公文档，里面没有可读取的表格。请将表格另存为 xlsx、xls、ods 或 CSV。
refused-unreadable = 文件无法打开（{ $fault }）。
refused-arrivals = 到达清单第 { $line } 行的“{ $column }”列为“{ $value }”，无法使用。该目录的文件均未读取。
refused-sheet-locked = 工作簿设有密码。请先另存为不带密码的文件。
refused-sheet-damaged = 工作簿已损坏，或不是已知的类型（xlsx、xls、ods）。
refused-sheet-too-large = 工作簿解压后超过 { $limit } MiB，未打开。请将工作表另存为 CSV。
refused-sheet-cells = 工作表范围超过 { $limit } 个单元格（含空单元格），未打开。请删除表格以外很远处的内容，或另存为 CSV。

error-no-such-path = { $path } 不存在。
error-no-such-import = 没有编号为 { $import_id } 的导入。查看全部导入：daozhang imports
error-undone-already = 导入 { $import_id } 此前已撤回（{ $at }）。
error-nothing-to-undo = 导入 { $import_id } 没有读入任何行，无需撤回。
error-key-missing = 密钥环中没有密钥 { $name }，用它保存的内容无法读取。
error-key-ring = 密钥环 { $path } 无法读取，请从备份恢复。
error-original-damaged = 保存的原件 { $path } 已损坏或不完整。
error-day = “{ $value }”不是 2026-07-01 形式的日期。

import-state-accepted = 已读入
import-state-unchanged = 无变化
import-state-unclaimed = 无法识别
import-state-refused = 未读入
import-state-undone = 已撤回
import-line = { $file }：新增 { $accepted } 行，已有 { $duplicate } 行，隔离 { $quarantined } 行，其他 { $control } 行 · { $format } · { $import_id }
import-line-unchanged = { $file }：此前已读入，没有变化 · { $import_id }
import-line-not-read = { $file }：{ $reason }
import-warning = { $file }：提示：{ $warning }
import-quarantined = { $file } 第 { $line_no } 行：{ $reason }
import-quarantined-rest = 该行已放入隔离区；文件其余 { $accepted } 行已读入，另有 { $others } 行被隔离。
import-quarantined-next = 请让发送方重发文件，或更正该行后重新导入：daozhang quarantine { $import_id }
import-none = 没有找到文件。
imports-title = 导入记录
imports-none = 尚未导入任何文件：daozhang import 你的文件
imports-columns = 序号,导入编号,文件,状态,格式,总行数,新增,已有,隔离
quarantine-title = 隔离区
quarantine-none = 隔离区没有记录。
quarantine-columns = 文件,行号,列,内容,原因
undo-done = { $import_id }（{ $file }）已撤回，{ $accepted } 行不再计入。该文件可以重新导入。
reject-too-large = { $column } 列的数字有 { $digits } 位，不像金额，可能是卡号或账号填错了列。此行已隔离，数字不予显示。
