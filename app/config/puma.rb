threads_count = Integer(ENV.fetch("RAILS_MAX_THREADS", 5))
threads threads_count, threads_count

port ENV.fetch("PORT", 3000)

# Longer than whoever is in front keeps an idle connection (the proxy and an Application Load Balancer: 60 s),
# so that it is never this side that closes one just as a request comes in on it.
persistent_timeout 75

# A stop that was asked for is no failure: exit with 0.
raise_exception_on_sigterm false
