package server;
use strict;
use warnings;
use IO::Socket::INET;

# Answers each request with what the function returns: a status and a text.
sub serve {
    my ($port, $answer) = @_;
    my $listener = IO::Socket::INET->new(LocalPort => $port, Listen => 128, ReuseAddr => 1) or die "port $port: $!";
    $SIG{TERM} = sub { close $listener; exit 0 };
    $SIG{CHLD} = 'IGNORE';
    while (1) {
        my $client = $listener->accept or next;
        if (my $child = fork) { close $client; next }
        $SIG{TERM} = 'DEFAULT';
        my ($path) = (<$client> // '') =~ m{^GET (\S+)};
        while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/ }
        my ($status, $text) = $answer->($path // '');
        my $length = length $text;
        print $client "HTTP/1.1 $status\r\nContent-Length: $length\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n$text";
        close $client;
        exit 0;
    }
}
1;
