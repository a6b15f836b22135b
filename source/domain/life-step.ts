/**
 * Named instants in the life of a run, in this order, at which a test may end the process: what a crash at exactly
 * this step leaves behind must be mended by the next session. Nobody else listens.
 */
export type LifeStep = keyof typeof lifeSteps;

/** Each with what has happened by then, and what has not. */
export const lifeSteps = {
	locked: 'the lock is held, nothing was read',
	'inputs-copied': 'the inputs are copied, the run is not on record',
	'run-recorded': 'the run is on record, there is no state.json',
	started: 'starts are written, their calls have not left',
	answered: 'a call has ended, its outcome is not on record',
	recorded: 'the outcome is on record, its line is not written',
	written: 'the line is written, the slot of the call is not free',
	added: 'a stage has added a request, its line is not written',
	torn: 'half of a write to the journal was done',
	saving: 'the new state.json is on the disk under its temporary name',
	saved: 'the new state.json has taken the place of the old one',
	cut: 'the file of a shard is on the disk, its line is not written',
	uploaded: 'the file is at the API, its line is not written',
	creating: 'the intent is on the disk, the call that creates the batch is about to leave',
	created: 'the reply to it is here and not on record',
	polling: 'the reply to a poll is here and not on record',
	downloading: 'the first lines of a result file are written',
	collected: 'every answer of a batch is on record, the files are still at the API',
	'cleaned-up': 'the files are gone, that line is not written',
	'results-synced': 'both result files are on the disk under their temporary names',
	'results-half': 'results.jsonl is in its place, failures.jsonl is not',
	'results-placed': 'both are in their places, and that is not on record',
} as const;
