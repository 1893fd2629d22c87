use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use server;

server::serve(9000, sub { return ('200 OK', 'hello') });
