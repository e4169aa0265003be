const marks = [400, 450, 500, 550, 600, 650, 700];

/** Horizontal position of a wavelength in nanometers. */
function at(wavelength: number): number {
  return ((wavelength - 360) / (720 - 360)) * 640;
}

/** The chart of the essay: schematic curves of blue-sensitive paper and of a red lamp. */
export function SensitivityChart() {
  return (
    <svg
      className="chart"
      viewBox="0 0 640 250"
      role="img"
      aria-label="A chart over the colors of light. The paper is sensitive from violet to green. The lamp shines from orange to deep red. Between them is a gap."
    >
      <defs>
        <linearGradient id="chart-paper" x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor="currentColor" stopOpacity="0.22" />
          <stop offset="1" stopColor="currentColor" stopOpacity="0" />
        </linearGradient>
        <linearGradient id="chart-lamp" x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor="var(--lamp)" stopOpacity="0.5" />
          <stop offset="1" stopColor="var(--lamp)" stopOpacity="0" />
        </linearGradient>
      </defs>
      <g className="chart-paper">
        <path className="chart-area" fill="url(#chart-paper)" d={`${paperCurve} V210 H0`} />
        <path className="chart-line" d={paperCurve} />
        <text x={at(418)} y="22" textAnchor="middle">
          the paper
        </text>
      </g>
      <g className="chart-lamp">
        <path className="chart-area" fill="url(#chart-lamp)" d={`${lampCurve} V210`} />
        <path className="chart-line" d={lampCurve} />
        <text x={at(655)} y="58" textAnchor="middle">
          the lamp
        </text>
      </g>
      <line className="chart-axis" x1="0" x2="640" y1="210" y2="210" />
      {marks.map((wavelength) => (
        <g key={wavelength} className="chart-mark">
          <line x1={at(wavelength)} x2={at(wavelength)} y1="210" y2="215" />
          <text x={at(wavelength)} y="234" textAnchor="middle">
            {wavelength}
          </text>
        </g>
      ))}
    </svg>
  );
}

const paperCurve = [
  `M${at(360)} 150`,
  `C${at(375)} 70 ${at(392)} 34 ${at(418)} 34`,
  `C${at(446)} 34 ${at(452)} 78 ${at(478)} 100`,
  `C${at(500)} 118 ${at(508)} 112 ${at(520)} 130`,
  `C${at(538)} 158 ${at(548)} 206 ${at(572)} 210`,
].join(" ");

const lampCurve = [
  `M${at(590)} 210`,
  `C${at(608)} 208 ${at(614)} 150 ${at(628)} 104`,
  `C${at(640)} 72 ${at(655)} 68 ${at(672)} 70`,
  `C${at(690)} 72 ${at(705)} 80 ${at(720)} 92`,
].join(" ");
