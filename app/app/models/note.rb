class Note < ApplicationRecord
  validates :body, presence: true, length: { maximum: 1000 }

  # What a page or a list shows: never the whole table.
  scope :newest, -> { order(id: :desc).limit(50) }
end
