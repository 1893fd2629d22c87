gem "railties"
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
  config.hosts.clear

  routes.append do
    root to: "visits#show"
    get "/health", to: ->(_) { [200, { "Content-Type" => "text/plain" }, ["ok\n"]] }
  end
end

# Sidekiq takes Redis from REDIS_URL. All services of an environment are deployed at once: it waits until Redis is there.
Sidekiq.configure_server do
  Sidekiq.redis(&:ping)
rescue Redis::BaseConnectionError
  sleep 1
  retry
end

Rails.application.initialize!
