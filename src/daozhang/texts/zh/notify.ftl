# 通知
notify-cause-unknown = 尚未查明，正在核对
notify-opened-subject = [到账 { $number }] { $business } 有 { $amount } 未按约到账，请协助核对
notify-opened-own =
    工单 { $number } 已建立（{ $moment }）。

    收单机构：{ $acquirer }
    商户：{ $merchant }
    差额：{ $amount }
    原因：{ $cause }
    怎么办：{ $fix }
    准备材料：{ $documents }
    期限：{ $deadline }

    每一笔差异都附有文件和行号，请在到账系统中查看。
notify-opened-outside =
    { $role }，您好：

    { $business } 在核对清算资金时发现下列差异，请协助核对并告知受理编号。

    编号：{ $number }
    收单机构：{ $acquirer }
    商户号：{ $merchant }
    差额：{ $amount }
    初步原因：{ $cause }
    发现时间：{ $moment }
    希望答复：{ $deadline } 前

    交易明细和佐证可随清算失败报告一并提供。回复时请保留编号 { $number }。
notify-regressed-subject = [到账 { $number }] { $business } 的差异再次出现：{ $amount }
notify-regressed-own =
    工单 { $number } 已重新打开（{ $moment }）：先前消除的差异再次出现。
    收单机构 { $acquirer }，商户 { $merchant }，差额 { $amount }。
    原因：{ $cause }
    怎么办：{ $fix }
    期限：{ $deadline }
notify-regressed-outside =
    { $role }，您好：

    编号 { $number } 的差异再次出现，请继续协助核对。
    商户号：{ $merchant }，差额：{ $amount }，原因：{ $cause }。
    希望答复：{ $deadline } 前。
notify-returned-subject = [到账 { $number }] { $business } 的款项被银行退回：{ $amount }
notify-returned-own =
    工单 { $number } 已重新打开（{ $moment }）：已入账的款项被银行退回，资金在收单机构处。
    收单机构 { $acquirer }，商户 { $merchant }，差额 { $amount }。
    原因：{ $cause }
    怎么办：{ $fix }
    期限：{ $deadline }
notify-returned-outside =
    { $role }，您好：

    编号 { $number } 的款项被银行退回，请协助核对退票原因并安排重新出款。
    商户号：{ $merchant }，金额：{ $amount }，原因：{ $cause }。
    希望答复：{ $deadline } 前。
notify-deadline-passed-subject = [到账 { $number }] { $business } 的差异已过期限：{ $amount }
notify-deadline-passed-own =
    工单 { $number } 已过期限 { $deadline }，差额 { $amount } 仍未到账。
    收单机构 { $acquirer }，商户 { $merchant }，原因：{ $cause }。
    请催办并记录对方答复。
notify-deadline-passed-outside =
    { $role }，您好：

    编号 { $number } 原定 { $deadline } 前答复，目前差额 { $amount } 仍未到账，请告知进展和预计完成时间。
    商户号：{ $merchant }，原因：{ $cause }。
notify-money-matched-subject = [到账 { $number }] { $business } 的款项已到账：{ $amount }
notify-money-matched-own =
    工单 { $number }：银行流水已勾对（{ $moment }），{ $amount } 已到账。
    退票期内系统会继续留意，无需处理。
notify-money-matched-outside = 工单 { $number }：{ $amount } 已到账。
notify-explained-subject = [到账 { $number }] { $business } 的差异已说明
notify-explained-own =
    工单 { $number }：后到的文件已说明差异 { $amount }（{ $moment }），无需处理。
notify-explained-outside = 工单 { $number }：差异已说明。
notify-write-off-asked-subject = [到账 { $number }] 核销申请待复核：{ $amount }
notify-write-off-asked-own =
    工单 { $number } 有一笔核销申请，金额 { $amount }，须由申请人以外的人复核。
    理由：{ $note }
notify-write-off-asked-outside = 工单 { $number } 有一笔核销申请。
notify-write-off-approved-subject = [到账 { $number }] 已同意核销：{ $amount }
notify-write-off-approved-own = 工单 { $number }：{ $amount } 经复核同意核销（{ $moment }）。
notify-write-off-approved-outside = 工单 { $number }：已核销。
notify-server-down = 邮件服务器暂时无法连接，通知留在发件箱，恢复后自动发送：{ $detail }
notify-try-later = 邮件服务器请稍后再发：{ $detail }
notify-not-accepted = 该地址不被接受，请人工告知并核对通讯录：{ $detail }
job-error-lease = 处理过程多次中断，已停止重试。请再次提交；文件未改动。
job-error-unexpected = 处理时出现意外情况，已停止重试：{ $detail }
job-error-unknown-kind = 没有名为 { $kind } 的任务。
