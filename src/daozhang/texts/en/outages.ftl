# What stood still: hosts that refuse, terminals that are refused
break-payments-refused-name = Payments refused for technical reasons
break-payments-refused-short = { $merchant }: payments of { $day } were refused for technical reasons; no card was charged for them.
ask-payments-refused = Does this terminal take payments again after signing in anew?
why-host-refuses = From { $from } to { $until } the host of { $acquirer } refused { $count } payments of { $merchants } merchants with codes such as { $code }, { $share }% of what was tried.
why-terminal-refused = Terminal { $terminal } was refused { $count } times with response code { $code } between { $from } and { $until }.
