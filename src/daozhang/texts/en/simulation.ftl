simulate-held = Seed { $seed }: { $days } days, { $faults } faults and { $deaths } deaths; everything held. { $digest }
simulate-broken = Seed { $seed }, { $on }: { $problem }
simulate-done = { $seeds } seeds, { $days } days in { $cpu } processor seconds ({ $rate } days a minute); { $failed } seeds with something that did not hold.
