# Answers with its behaviour and its commit; "ends" ends at once, "starts" is never ready.
use IO::Socket::INET;
$| = 1;
$SIG{TERM} = sub { $over = 1 };
if ($ENV{BEHAVIOUR} eq "ends") { print "it ends\n"; exit 1 }
$socket = IO::Socket::INET->new(LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die;
if ($ENV{BEHAVIOUR} eq "starts") { sleep 1 until $over; exit }
open(my $ready, ">", "/tmp/serves") and close $ready;
until ($over) {
  $client = $socket->accept or next;
  while (defined($line = <$client>)) { last if $line =~ /^\r?\n$/ }
  $text = "$ENV{BEHAVIOUR} $ENV{COMMIT}\n";
  print $client "HTTP/1.1 200 OK\r\nContent-Length: " . length($text) . "\r\nConnection: close\r\n\r\n$text";
  close $client;
}
