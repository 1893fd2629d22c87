# No Bundler: the gems are Debian's packages, one version of each (see Dockerfile). Chosen at once, and not when a file is
# first missed: Ruby would name that as the cause of every later error.
gem "railties"
require "logger"
