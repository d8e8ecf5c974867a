# 工单各方、时限、答复与处置
party-merchant = 本方
party-provider = 服务商
party-acquirer = 收单机构
party-bank = 银行
party-network = 网络与通道
part-open = 尚未询问
part-asked = 等待答复
part-answered = 已答复
part-closed = 已办结
size-sev1 = 特大
size-sev2 = 重大
size-sev3 = 较大
size-sev4 = 一般
ladder-l0 = 本方自查
ladder-l1 = 服务商
ladder-l2 = 收单机构客服
ladder-l3 = 收单机构清算、风控部门
ladder-l4 = 收单机构总部投诉渠道
ladder-l5 = 银联 95516、支付清算协会、人民银行 12363、市场监管 12315
ladder-l6 = 仲裁或诉讼
prepares-explanation = 原因说明
prepares-safe-actions = 可以放心做的事
prepares-pack = 材料包
prepares-script = 通话提纲
prepares-ticket = 要素齐全的报障单
prepares-evidence = 逐笔凭据
prepares-delay-proof = 超过约定时限的凭据
prepares-letter = 注明日期的书面函件
prepares-log = 联系记录
prepares-file-for-each = 各渠道分别一份材料
prepares-hash-list = 材料的校验值清单
help-contact = 联系收单机构客服
help-device = 检查设备与网络
help-operation = 核对操作
help-guidance = 请求官方指导
help-expert = 请专业人员协助
step-party-asked = 询问一方
step-party-answered = 一方已答复
step-party-closed = 一方已办结
step-reminded = 时限提醒
step-chase-sent = 已自动催办
step-escalated = 升级
step-taken-outside = 向外部渠道反映
step-help-sought = 寻求协助
step-reply-taken = 收到正式答复
step-instruction-decided = 确认处理意见
step-step-proven = 处置步骤已留凭据
step-option-chosen = 选定方案
step-merged = 并入另一工单
step-unmerged = 恢复单独处理
step-parted = 拆出差错
step-customer-told = 已答复顾客
step-party-asked-hint = 写明询问了什么；对方给了受理编号或答复时间的，一并填写。
step-party-answered-hint = 写明对方答复了什么。
step-party-closed-hint = 写明对方为何办结。工单仍由银行流水决定是否了结。
step-taken-outside-hint = 写明向哪个渠道反映、提交了什么。
step-help-sought-hint = 写明找了谁、结果如何；跳过前面的环节须写明理由。
step-reply-taken-hint = 粘贴对方答复的原文。
step-instruction-decided-hint = 写明确认或不采用的理由。
step-step-proven-hint = 写明做了什么、凭据在哪里。
step-option-chosen-hint = 选定要采用的方案。
step-merged-hint = 写明并入的理由。
step-unmerged-hint = 写明恢复单独处理的理由。
step-parted-hint = 写明拆出的理由。
step-customer-told-hint = 写明何时、如何答复顾客。
need-party = 一方
need-level = 级别
need-help = 协助环节
need-remedy = 处置步骤
need-option = 方案
need-into = 目标工单
need-customer = 顾客
life-reminder-note = { $party }的时限已用 { $percent }%，到 { $at } 为止。
life-chase-note = { $party }应于 { $at } 答复，尚未收到；受理编号 { $external_no }。
life-level-note = 已到 { $level }：{ $who }。
notify-reminded-subject = [到账 { $number }] 时限提醒：{ $amount }
notify-reminded-own =
    工单 { $number }（{ $merchant }，差额 { $amount }）：{ $note }
    原因：{ $cause }
    怎么办：{ $fix }
notify-reminded-outside = 编号 { $number }：{ $note }
notify-chase-sent-subject = [到账 { $number }] 请告知进展：{ $amount }
notify-chase-sent-own =
    工单 { $number }：{ $note }
    已按通讯录催办一次。若对方没有已核实的地址，请致电并记下答复。
notify-chase-sent-outside =
    { $role }，您好：

    编号 { $number } 的答复时间已到，请告知目前进展和预计办结时间。
    商户号：{ $merchant }，差额：{ $amount }，初步原因：{ $cause }。
    回复时请保留编号 { $number }。
notify-escalated-subject = [到账 { $number }] 请协助推进：{ $amount }
notify-escalated-own =
    工单 { $number }：{ $note }
    收单机构 { $acquirer }，商户 { $merchant }，差额 { $amount }。
    所需材料已备好，请在工单中查看。
notify-escalated-outside =
    { $role }，您好：

    { $business } 的下列差额尚未到账，请协助推进并告知受理编号。
    编号：{ $number }，收单机构：{ $acquirer }，商户号：{ $merchant }，差额：{ $amount }，初步原因：{ $cause }。
    佐证材料可随时提供。
error-part-step = { $party }的部分现为“{ $state }”，不能执行“{ $step }”。可在这些状态下执行：{ $possible }
error-no-party = 没有“{ $party }”这一方。可以是：{ $possible }
error-no-part-step = 没有“{ $step }”这一步。可以是：{ $possible }
error-promise-is-past = 答复时间 { $at } 已过，请填写今后的时间。
error-help-skipped = “{ $wanted }”之前还有：{ $skipped }。先做这些，或写明跳过的理由。
error-no-help = 没有“{ $wanted }”这一环节。可以是：{ $possible }
error-no-level = 没有可由人提交的级别“{ $level }”。可以是：{ $possible }
