require_relative "boot"

require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "action_view/railtie"
require "sprockets/railtie"

module Shop
  # The example: a page of notes.
  class Application < Rails::Application
    config.load_defaults 6.1

    # No sessions, nobody logged in: there is nothing that a forged request could misuse.
    config.action_controller.allow_forgery_protection = false

    # The commit this image was built from.
    config.x.commit = ENV.fetch("COMMIT", "development")
  end
end
