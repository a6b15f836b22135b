import {EventEmitter} from 'node:events';
import {expect, it} from 'vitest';
import {type TerminalSize, terminalSize, watchTerminalSize} from '../../source/ui/terminal-size.ts';
import {createFakeClock} from './fake-clock.ts';

it.each([
	[
		{columns: 120, rows: 40},
		{columns: 120, rows: 40},
	],
	[
		{columns: 0, rows: 0},
		{columns: 80, rows: 24},
	],
	[{}, {columns: 80, rows: 24}],
])('takes %j for %j', (output, size) => {
	expect(terminalSize(output)).toEqual(size);
});

it('tells the size once a storm of resizes is over', () => {
	const clock = createFakeClock();
	const output = Object.assign(new EventEmitter(), {columns: 80, rows: 24});
	const sizes: TerminalSize[] = [];
	const stop = watchTerminalSize(output, clock, size => sizes.push(size));
	for (let step = 0; step < 100; step++) {
		output.columns = 80 + step;
		output.emit('resize');
		clock.advance(10);
	}

	expect(sizes).toEqual([]);
	clock.advance(40);
	expect(sizes).toEqual([{columns: 179, rows: 24}]);
	output.emit('resize');
	stop();
	clock.advance(100);
	expect(sizes).toHaveLength(1);
	expect(output.listenerCount('resize')).toBe(0);
});
