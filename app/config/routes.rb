Rails.application.routes.draw do
  root "notes#page"
  resources :notes, only: %i[index create]

  # Says that this process serves, and leaves the database out: an outage of the database
  # would otherwise fail every task's health check at once, and ECS would replace them all in vain.
  get "/health", to: ->(_env) { [200, { "Content-Type" => "text/plain" }, ["ok\n"]] }

  get "/version", to: ->(_env) { [200, { "Content-Type" => "text/plain" }, [Rails.configuration.x.commit]] }

  # What the worker has counted.
  get "/worker", to: "workers#show"
end
