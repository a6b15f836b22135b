import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		testTimeout: 30_000,
		hookTimeout: 30_000,
		// For two cores: many tests spawn processes of their own, and many wait.
		maxWorkers: 3,
	},
});
