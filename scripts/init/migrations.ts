import { join } from "node:path";

/** What looks like the migration of a database. */
export interface Migration {
  readonly command: string;
  /** The file that says so. */
  readonly from: string;
}

/** Whether a command only migrates a database: it starts no server afterwards. */
export const onlyMigrates = (command: string): boolean => migrates(command) && !starts.test(command);

/** Whether a command migrates a database, alone or before it starts a server. */
export const migrates = (command: string): boolean => pattern.test(command);

const pattern =
  /\bdb:(migrate|prepare|schema:load|setup|deploy)\b|manage\.py"?,?\s+"?migrate\b|\bprisma\s+(migrate\s+deploy|db\s+push)|\bknex\s+migrate|\bsequelize(-cli)?\s+db:migrate|\btypeorm\b.*\bmigration:run|\bmigration:run\b|\balembic\b.*\bupgrade\b|\bflask\s+db\s+upgrade|\bflyway\b.*\bmigrate\b|\bliquibase\b.*\bupdate\b|\bgoose\b.*\bup\b|\bartisan\s+migrate\b|\becto\.migrate\b|\bdbmate\b.*\b(up|migrate)\b|\bdrizzle-kit\s+(migrate|push)|doctrine:migrations:migrate|\bmigrate\s+(-\S+\s+\S+\s+)*up\b|\b(npm|yarn|pnpm)(\s+run)?\s+\S*migrat\S*|\bdotnet\s+ef\s+database\s+update|\bairflow\s+db\s+(migrate|upgrade|init)|^\s*migrate\b|\bsuperset\s+db\s+upgrade|\bEval\b.*migrate|\beval\s.*Release\.migrate/;

const starts =
  /&&\s*(exec\s+)?(bundle exec\s+)?(\S*\/)?(rails s\b|rails server|puma|unicorn|gunicorn|uvicorn|daphne|hypercorn|python\S* manage\.py runserver|node\b|npm (run )?start|yarn (run )?start|pnpm (run )?start|php-fpm|apache2|nginx|java\b|dotnet (?!ef)|\.\/|mix phx)/;

/** The step of a command that migrates before a server starts: without the steps before and after it. */
export const migratingStep = (command: string): string | undefined =>
  command
    .replace(/^(\S*\/)?(ba|da)?sh\s+-[a-z]*c\s+/, "")
    .split(/&&|\|\||;/)
    .map((step) => step.trim())
    .find(migrates);

export interface FolderView {
  readonly readFile: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

/** The migration that the files of a build's folder point to; undefined if none does. */
export function findMigration(folder: string, { readFile, exists }: FolderView): Migration | undefined {
  const at = (file: string): string => join(folder, file);
  const script = scriptOf(readFile(at("package.json")));
  if (exists(at("db/migrate")) || exists(at("db/schema.rb")) || exists(at("db/structure.sql")))
    return {
      command: exists(at("bin/rails")) ? "bin/rails db:migrate" : "bundle exec rake db:migrate",
      from: "db/migrate",
    };
  if (exists(at("manage.py"))) return { command: "python manage.py migrate --noinput", from: "manage.py" };
  if (exists(at("artisan"))) return { command: "php artisan migrate --force", from: "artisan" };
  if (exists(at("alembic.ini"))) return { command: "alembic upgrade head", from: "alembic.ini" };
  if (exists(at("prisma/migrations"))) return { command: "npx prisma migrate deploy", from: "prisma/migrations" };
  if (script !== undefined) return { command: `npm run ${script}`, from: "package.json" };
  if (exists(at("knexfile.js")) || exists(at("knexfile.ts")))
    return { command: "npx knex migrate:latest", from: "knexfile" };
  if (exists(at(".sequelizerc"))) return { command: "npx sequelize-cli db:migrate", from: ".sequelizerc" };
  return undefined;
}

/** The script of a package.json that migrates, by its name or its command. */
function scriptOf(text: string | undefined): string | undefined {
  try {
    const { scripts = {} } = JSON.parse(text ?? "{}") as { readonly scripts?: Readonly<Record<string, unknown>> };
    const names = Object.keys(scripts).filter(
      (name) => !/undo|rollback|revert|down|reset|create|generate|make|new|status|dev/i.test(name),
    );
    return (
      names.find((name) => /^(db:)?migrat(e|ions?)(:(up|run|deploy|latest|prod|production))?$/.test(name)) ??
      names.find((name) => typeof scripts[name] === "string" && onlyMigrates(scripts[name]))
    );
  } catch {
    return undefined;
  }
}
