# Each visit is counted by a job: the answer says how many have been counted so far.
class VisitsController < ActionController::Base
  def show
    VisitWorker.perform_async
    render plain: "#{Sidekiq.redis { |redis| redis.get('visits') }.to_i} visits\n"
  end
end
