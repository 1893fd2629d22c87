Rails.application.routes.draw do
  root "notes#page"
  resources :notes, only: %i[index create]

  # Says that this process serves, and leaves the database out: an outage of the database
  # would otherwise fail every task's health check at once, and ECS would replace them all in vain.
  # From Rails 7.1 on, "rails/health#show" is the same; Rails 6.1 does not have it.
  get "/up", to: ->(_env) { [200, { "content-type" => "text/plain" }, ["ok\n"]] }, as: :rails_health_check

  get "/version", to: ->(_env) { [200, { "content-type" => "text/plain" }, [Rails.configuration.x.commit]] }

  # What the worker has counted.
  get "/worker", to: "workers#show"
end
