Rails.application.configure do
  config.cache_classes = true
  config.eager_load = true
  config.consider_all_requests_local = false
  config.action_controller.perform_caching = true

  # Assets are compiled in the Dockerfile, their names carry a digest, and the process serves them itself.
  config.assets.compile = false
  config.public_file_server.enabled = true
  config.public_file_server.headers = { "cache-control" => "public, max-age=31536000, immutable" }

  # Requests for another host get 403. A name that begins with a dot stands for all names below it, too.
  # The load balancer's health check names the task's address as its host, and is answered whatever it names.
  config.hosts = ENV.fetch("APP_HOSTS", "localhost,127.0.0.1").split(",")
  config.host_authorization = { exclude: ->(request) { request.path == "/up" } }

  # The load balancer ends TLS and says so in X-Forwarded-Proto, which Rails believes. No config.assume_ssl, and no redirect
  # unless FORCE_SSL is true: a load balancer without a certificate has only HTTP to redirect to.
  # Its health check always speaks HTTP and follows no redirect.
  config.force_ssl = ENV["FORCE_SSL"] == "true"
  config.ssl_options = { redirect: { exclude: ->(request) { request.path == "/up" } } }

  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info").to_sym
  config.log_tags = [:request_id]
  config.silence_healthcheck_path = "/up" # from Rails 8.0 on
  $stdout.sync = true
  config.logger = ActiveSupport::TaggedLogging.new(ActiveSupport::Logger.new($stdout))

  # The root file system is read-only where migrations run.
  config.active_record.dump_schema_after_migration = false
end
