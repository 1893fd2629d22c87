class VisitWorker
  include Sidekiq::Worker

  def perform
    Sidekiq.redis { |redis| redis.incr("visits") }
  end
end
