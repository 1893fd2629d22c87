use strict;
use warnings;

$| = 1;
$SIG{TERM} = sub { exit 0 };
while (1) { print "looked for work\n"; sleep 5 }
