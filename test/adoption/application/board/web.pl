use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use server;
use IO::Socket::INET;

# What another service answers at its only path.
sub ask {
    my ($host, $port) = split /:/, $ENV{GREETER};
    my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 2) or return "nobody ($!)";
    print $socket "GET / HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n";
    my $answer = join '', <$socket>;
    $answer =~ s/.*\r\n\r\n//s;
    return $answer;
}

server::serve(8080, sub {
    my ($path) = @_;
    return ('200 OK', "well\n") if $path eq '/health';
    return ('200 OK', "$ENV{BOARD_TITLE}: " . ask() . "\n");
});
