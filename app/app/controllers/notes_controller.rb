class NotesController < ApplicationController
  def page
    @commit = Rails.configuration.x.commit
    @notes = Note.newest
  end

  def index
    render json: Note.newest.map { |note| as_json(note) }
  end

  def create
    note = Note.new(note_params)
    respond_to do |format|
      if note.save
        format.json { render json: as_json(note), status: :created }
        format.html { redirect_to root_path, status: :see_other }
      else
        format.any { render json: { errors: note.errors.full_messages }, status: :unprocessable_entity }
      end
    end
  end

  private

  def note_params
    params.permit(:body)
  end

  def as_json(note)
    note.slice(:id, :body, :created_at)
  end
end
