# daozhang reason: what a failure text means
reason-nothing-given = Give the reason text, or the code with --code.
reason-means = “{ $text }”: { $cause } ({ $code }, { $confidence }% sure)
reason-ask = The meaning of “{ $text }” is not known. Please ask the other side: is it number, name, bank, limit or system?
reason-book = In the network's book “{ $text }” stands for: { $meaning }.
reason-finality-final = Outcome: final.
reason-finality-unknown = Outcome: not certain yet; query the final state first.
reason-fix = What to do: { $fix }
reason-contact = Whom to ask: { $roles }
reason-retry-fix-data-then-reissue = Again: yes, once the data are corrected.
reason-retry-contact = Again: ask the other side first and decide by its answer.
reason-retry-switch-channel-or-card = Again: yes, by another channel or to another card.
reason-retry-wait = Again: not now; waiting is enough.
reason-retry-query-first = Again: not before a query shows the final state of the original.
reason-retry-sign-in-again = Again: yes, after the terminal has signed in.
reason-retry-no-action = Again: no, the sale did not take place.
