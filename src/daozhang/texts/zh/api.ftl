# HTTP 接口与访问令牌

api-no-token = 缺少有效的访问令牌。请在 Authorization 中以 Bearer 方式携带；令牌用 daozhang token new 生成。
api-may-not = 令牌 { $name } 没有“{ $may }”权限。
api-not-found = 没有找到。
api-wrong-value = 以下参数的值无法使用：{ $names }。
api-length-needed = 请求需写明 Content-Length。
api-too-large = 文件超过 { $limit } MiB，即单个文件的读取上限。请拆分文件，或调大 reader_memory_mb。
api-too-many = 该令牌一分钟内的请求已达 { $limit } 次，请在 { $seconds } 秒后再试。
api-disk-full = 磁盘空间不足，文件未收下，什么也没有留下。
api-empty-file = { $file } 是空的，没有收下。
api-cut = 请求没有传完，什么也没有留下。请重新发送。
api-form-unreadable = 表单无法读取。
api-one-file = 一次请求只收一个文件，这次有 { $count } 个。
api-name-needed = 请写明文件名：file_name=… 或 X-File-Name。
api-key-odd = Idempotency-Key 须为不超过 { $limit } 个的可见 ASCII 字符。
api-over = 第 { $id } 号文件已经结束（{ $state }）。如需撤回，请撤销相应的导入。
api-fault = 系统内部出错，请求未完成。用同一个 Idempotency-Key 重新发送是安全的。

error-key-other-body = Idempotency-Key“{ $name }”在七天内已用于另一个请求。请为不同的请求使用不同的值。
error-token-name = “{ $name }”不能用作令牌名称。可用字母、数字和 . _ @ -，最多 64 个字符。
error-token-may = 不认识的权限：{ $value }。可用：{ $possible }。
error-token-taken = 已有名为 { $name } 的令牌。请另取名称。
error-no-such-token = 没有名为 { $name } 的令牌。查看全部：daozhang token list
error-token-revoked = 令牌 { $name } 此前已停用（{ $at }）。

token-made = 令牌 { $name } 已生成，只显示这一次，请妥善保存：
token-revoked-now = 令牌 { $name } 已停用，立即生效。
token-none = 还没有令牌：daozhang token new 名称 --may import,read
token-title = 访问令牌
token-columns = 名称,权限,生成人,生成时间,最近使用,停用时间
