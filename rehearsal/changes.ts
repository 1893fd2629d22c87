import type { Change } from "./kit/commits.ts";

/**
 * A migration and the code that uses it. The release before it keeps running meanwhile, since the new column has a
 * default.
 */
export const withMigration: Change = {
  message: "Notes have an author",
  fails: false,
  edits: [
    {
      file: "app/db/migrate/20260201000000_add_author_to_notes.rb",
      text: `class AddAuthorToNotes < ActiveRecord::Migration[6.1]
  def change
    add_column :notes, :author, :string, null: false, default: "anonymous"
  end
end
`,
    },
    { file: "app/app/controllers/notes_controller.rb", replace: "permit(:body)", by: "permit(:body, :author)" },
    {
      file: "app/app/controllers/notes_controller.rb",
      replace: "slice(:id, :body, :created_at)",
      by: "slice(:id, :body, :author, :created_at)",
    },
    {
      file: "app/app/views/notes/page.html.erb",
      replace: "<li><%= note.body %></li>",
      by: "<li><%= note.body %> (<%= note.author %>)</li>",
    },
  ],
};

/** A migration that fails halfway. */
export const withFailingMigration: Change = {
  message: "Notes have a colour",
  fails: true,
  edits: [
    {
      file: "app/db/migrate/20260301000000_add_colour_to_notes.rb",
      text: `class AddColourToNotes < ActiveRecord::Migration[6.1]
  def up
    add_column :notes, :colour, :string
    raise "no colours today"
  end
end
`,
    },
  ],
};

/** A release that starts and never becomes healthy. */
export const withoutHealth: Change = {
  message: "Health is another team's",
  fails: true,
  edits: [
    {
      file: "app/config/routes.rb",
      replace: '[200, { "content-type" => "text/plain" }, ["ok\\n"]]',
      by: '[500, { "content-type" => "text/plain" }, ["not well\\n"]]',
    },
  ],
};

/** A setting added to an environment's Compose file: it changes the task definition, not only the image. */
export function composeChange(environment: string): Change {
  const line = "      RAILS_ENV: production\n";
  return {
    message: "More threads",
    fails: false,
    edits: [
      {
        file: `docker-compose-${environment}.yml`,
        replace: line,
        by: `${line}      RAILS_MAX_THREADS: "8"\n`,
      },
    ],
  };
}
