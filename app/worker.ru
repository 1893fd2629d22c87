# The worker, an ECS service of its own: counts the notes every two seconds, and tells the number to who asks.
require "json"
require "pg"

# Not held back: the log shows each line as it comes.
$stdout.sync = $stderr.sync = true

notes = nil
Thread.new do
  database = nil
  loop do
    database ||= PG.connect(ENV.fetch("DATABASE_URL"))
    notes = Integer(database.exec("SELECT count(*) FROM notes").getvalue(0, 0))
    sleep 2
  rescue PG::Error => error
    warn "worker: #{error.message}"
    database = nil
    sleep 2
  end
end

run ->(_env) { [200, { "Content-Type" => "application/json" }, [JSON.generate(commit: ENV["COMMIT"], notes: notes)]] }
