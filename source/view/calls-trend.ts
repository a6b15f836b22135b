/** How many calls were out at once over the last 2 minutes: the most in each 5 s. */
export type CallsTrend = {
	/** At every event: O(1). */
	note(at: number, out: number): void;
	/** Oldest first; what is now is the last. */
	read(now: number): readonly number[];
};

const sliceMs = 5000;
const slices = 24;

export function createCallsTrend(): CallsTrend {
	const most: number[] = Array.from({length: slices}, () => 0);
	let newest = 0;
	let last = 0;

	/** What is out stays out until an event says otherwise. */
	function moveTo(slice: number): void {
		for (let step = Math.min(slices, slice - newest); step > 0; step--) {
			most.shift();
			most.push(last);
		}

		newest = Math.max(newest, slice);
	}

	return {
		note(at, out) {
			moveTo(Math.floor(at / sliceMs));
			last = out;
			most[slices - 1] = Math.max(most[slices - 1]!, out);
		},
		read(now) {
			moveTo(Math.floor(now / sliceMs));
			return [...most];
		},
	};
}
