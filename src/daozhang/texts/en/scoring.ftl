score-title = Score (against the truth that was written apart)
score-what = What
score-count = Count
error-no-world = There is no simulated world here: { $path } is missing. Write one first: daozhang world --out DIR
