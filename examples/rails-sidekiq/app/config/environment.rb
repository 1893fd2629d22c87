ENV["BUNDLE_GEMFILE"] ||= File.expand_path("../Gemfile", __dir__)
require "bundler/setup"
require "logger"
require "rails"
require "action_controller/railtie"
require "sidekiq"

$stdout.sync = true

class Shop < Rails::Application
  config.root = File.expand_path("..", __dir__)
  config.load_defaults 6.1
  config.eager_load = true
  config.logger = ActiveSupport::Logger.new($stdout)

  # Requests for another host get 403; health checks are answered whatever host they name.
  config.hosts = ENV.fetch("APP_HOSTS", "localhost,127.0.0.1").split(",")
  config.host_authorization = { exclude: ->(request) { request.path == "/up" } }

  routes.append do
    root to: "visits#show"
    get "/up", to: ->(_) { [200, { "content-type" => "text/plain" }, ["ok\n"]] }
  end
end

# Sidekiq takes Redis from REDIS_URL. All services of an environment are deployed at once: it waits until Redis is there.
Sidekiq.configure_server do
  Sidekiq.redis(&:ping)
rescue StandardError => error
  warn "waiting for Redis: #{error.message}"
  sleep 1
  retry
end

Rails.application.initialize!
