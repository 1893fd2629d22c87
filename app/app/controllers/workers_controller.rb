require "net/http"

# Passes on what the worker says, which other services reach by its name.
class WorkersController < ApplicationController
  def show
    render json: Net::HTTP.get(URI(ENV.fetch("WORKER_URL", "http://worker:9292")))
  end
end
