Rails.application.configure do
  config.cache_classes = true
  config.eager_load = true
  config.consider_all_requests_local = false
  config.action_controller.perform_caching = true

  # Assets are compiled in the Dockerfile, their names carry a digest, and the process serves them itself.
  config.assets.compile = false
  config.public_file_server.enabled = true
  config.public_file_server.headers = { "Cache-Control" => "public, max-age=31536000, immutable" }

  # The balancer ends TLS. Its health check speaks plain HTTP and follows no redirect.
  config.force_ssl = ENV["FORCE_SSL"] == "true"
  config.ssl_options = { redirect: { exclude: ->(request) { request.path == "/health" } } }

  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info").to_sym
  config.log_tags = [:request_id]
  $stdout.sync = true
  config.logger = ActiveSupport::TaggedLogging.new(ActiveSupport::Logger.new($stdout))

  # The root file system is read-only where migrations run.
  config.active_record.dump_schema_after_migration = false
end
