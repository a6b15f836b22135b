/** The first word of the screen. A storm of 429 never reads as RUNNING. */
export type Phase =
	| 'STARTING'
	| 'RUNNING'
	| 'THROTTLED'
	| 'OFFLINE'
	| 'WAITING'
	| 'PAUSED'
	| 'HELD'
	| 'CEILING'
	| 'GUARD'
	| 'DRAINING'
	| 'DISK FULL'
	| 'DONE';
