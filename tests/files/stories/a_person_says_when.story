# Nobody has sent anything yet; a person says when files come.
plan clearings at=08:00 from=11-10
11-11 07:00 calm
11-11 09:00 expect file_late watch 11-10
11-12 09:00 expect file_late alarm 11-10
11-12 10:00 clear 11-10
11-12 10:05 expect file_late watch 11-11
