import {expect, test} from 'vitest';
import {twinTableOf} from '../../source/domain/twin-table.ts';
import {findTwins} from '../../source/spec/find-twins.ts';
import {createSource} from '../engine/scripted-source.ts';

test('requests with the same body, provider and model hang together in the order of the spec', () => {
	const source = createSource(9, ['a', 'b', 'a2'], () => ({}), 'chat');
	const same = {
		...source,
		expand: (index: number) => ({...source.expand(index), body: {text: index < 6 ? 'x' : 'y'}}),
	};
	const table = twinTableOf(findTwins(same));
	expect([...table.first]).toEqual([0, 1, 2, 0, 1, 2, -1, -1, -1]);
	expect([...table.next]).toEqual([3, 4, 5, -1, -1, -1, -1, -1, -1]);
	expect(table.spared).toBe(3);
	expect([...twinTableOf(Int32Array.of(-1, 0, -1, 1, 3)).first]).toEqual([0, 0, -1, 0, 0]);
});
