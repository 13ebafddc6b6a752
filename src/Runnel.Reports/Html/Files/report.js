"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const color = name => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const when = ms => date.format(ms).replace(",", "");
  const number = (value, least, most) => value.toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });

  // The candle that covers a moment: several bars may share one.
  const times = data.candles.time;
  const candleAt = seconds => {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= seconds) low = middle; else high = middle - 1;
    }
    return low;
  };

  const lib = LightweightCharts;
  const chart = lib.createChart(document.getElementById("chart"), {
    autoSize: true,
    timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.01 },
    rightPriceScale: { minimumWidth: 70 },
    localization: { locale: "en-US", timeFormatter: seconds => when(seconds * 1000) },
  });
  const digits = data.price_digits;
  const candles = chart.addSeries(lib.CandlestickSeries, { priceFormat: { type: "price", precision: digits, minMove: 10 ** -digits }, priceLineVisible: false });
  const equity = chart.addSeries(lib.LineSeries, { lineWidth: 2, priceLineVisible: false, title: "equity" }, 1);
  const drawdown = chart.addSeries(lib.BaselineSeries, {
    baseValue: { type: "price", price: 0 }, lineWidth: 1, priceLineVisible: false, title: "drawdown", priceFormat: { type: "custom", formatter: v => v.toFixed(1) + " %", minMove: 0.1 },
  }, 2);
  candles.setData(times.map((time, i) => ({ time, open: data.candles.open[i], high: data.candles.high[i], low: data.candles.low[i], close: data.candles.close[i] })));
  equity.setData(times.map((time, i) => ({ time, value: data.candles.equity[i] })));
  drawdown.setData(times.map((time, i) => ({ time, value: -data.candles.drawdown[i] })));
  chart.panes().forEach((pane, i) => pane.setStretchFactor([3, 1.2, 1][i]));
  const markers = lib.createSeriesMarkers(candles, []);
  let watermark = null;

  const ENTRY = 0, EXIT = 1, SIDE = 2, SIZE = 3, ENTRY_PRICE = 4, EXIT_PRICE = 5, REASON = 6, FEES = 7, PNL = 8, PERCENT = 9, ADVERSE = 10, FAVORABLE = 11;

  function paint() {
    const ink = color("quiet"), line = color("line"), gain = color("gain"), loss = color("loss");
    chart.applyOptions({
      layout: { background: { color: color("card") }, textColor: ink, panes: { separatorColor: line } },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line }, timeScale: { borderColor: line },
    });
    candles.applyOptions({ upColor: gain, downColor: loss, wickUpColor: gain, wickDownColor: loss, borderVisible: false });
    equity.applyOptions({ color: color("accent") });
    drawdown.applyOptions({ topLineColor: loss, bottomLineColor: loss, bottomFillColor1: loss + "20", bottomFillColor2: loss + "60" });
    mark();
    if (data.synthetic) {
      const lines = [{ text: "INVENTED MARKET", color: ink + "55", fontSize: 40 }];
      if (watermark) watermark.applyOptions({ lines }); else watermark = lib.createTextWatermark(chart.panes()[0], { horzAlign: "center", vertAlign: "center", lines });
    }
  }

  // Arrows beside the candles while single trades can be told apart, small dots at their prices where they would cover the price.
  let marked = null;
  function mark() {
    const range = chart.timeScale().getVisibleLogicalRange() ?? { from: 0, to: times.length };
    const seen = data.trades.filter(t => candleAt(t[EXIT] / 1000) >= range.from && candleAt(t[ENTRY] / 1000) <= range.to);
    const close = seen.length <= 100, gain = color("gain"), loss = color("loss"), accent = color("accent"), all = [];
    for (const trade of seen) {
      const isLong = trade[SIDE] > 0, entry = times[candleAt(trade[ENTRY] / 1000)], exit = times[candleAt(trade[EXIT] / 1000)], result = trade[PNL] >= 0 ? gain : loss;
      if (close) {
        all.push({ time: entry, position: isLong ? "belowBar" : "aboveBar", shape: isLong ? "arrowUp" : "arrowDown", color: accent });
        all.push({ time: exit, position: isLong ? "aboveBar" : "belowBar", shape: "circle", color: result });
      } else {
        all.push({ time: exit, position: "atPriceMiddle", price: trade[EXIT_PRICE], shape: "circle", color: result, size: 0.15 });
      }
    }
    markers.setMarkers(all.sort((a, b) => a.time - b.time));
  }
  chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
    cancelAnimationFrame(marked);
    marked = requestAnimationFrame(mark);
  });

  // Two years of hourly bars squeezed into a screen say little: start with all of it, a click on a trade goes closer.
  chart.timeScale().fitContent();
  const toggle = document.getElementById("theme");
  toggle.addEventListener("click", () => {
    root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
    paint();
  });
  dark.addEventListener("change", paint);
  document.getElementById("fit").addEventListener("click", () => chart.timeScale().fitContent());
  paint();

  const page = { size: 50, at: 0, sort: -1, up: true, keep: () => true };
  const filters = { all: () => true, long: t => t[SIDE] > 0, short: t => t[SIDE] < 0, win: t => t[PNL] > 0, loss: t => t[PNL] < 0 };
  const rows = data.trades.map((trade, i) => ({ trade, number: i + 1 }));
  const body = document.querySelector(".trades tbody");
  const cell = (text, kind) => { const td = document.createElement("td"); td.textContent = text; if (kind) td.className = kind; return td; };

  function show() {
    const kept = rows.filter(row => page.keep(row.trade));
    if (page.sort >= 0) kept.sort((a, b) => (a.trade[page.sort] < b.trade[page.sort] ? -1 : a.trade[page.sort] > b.trade[page.sort] ? 1 : a.number - b.number) * (page.up ? 1 : -1));
    const pages = Math.max(1, Math.ceil(kept.length / page.size));
    page.at = Math.min(page.at, pages - 1);
    const from = page.at * page.size, visible = kept.slice(from, from + page.size);
    body.replaceChildren(...visible.map(({ trade, number: n }) => {
      const tr = document.createElement("tr"), sign = trade[PNL] >= 0 ? "gain" : "loss";
      tr.append(cell(n, "number"), cell(trade[SIDE] > 0 ? "long" : "short"), cell(when(trade[ENTRY])), cell(when(trade[EXIT])),
        cell(number(trade[SIZE], 0, 8), "number"), cell(number(trade[ENTRY_PRICE], digits, digits), "number"), cell(number(trade[EXIT_PRICE], digits, digits), "number"),
        cell(data.reasons[trade[REASON]]), cell(number(trade[FEES], 2, 2), "number"), cell(number(trade[PNL], 2, 2), "number " + sign),
        cell(number(trade[PERCENT], 2, 2), "number " + sign), cell(number(trade[ADVERSE], 2, 2), "number"), cell(number(trade[FAVORABLE], 2, 2), "number"));
      tr.addEventListener("click", () => near(trade));
      return tr;
    }));
    document.getElementById("shown").textContent = kept.length === 0 ? "no trades" : `${from + 1} to ${from + visible.length} of ${number(kept.length, 0, 0)}`;
    document.getElementById("before").disabled = page.at === 0;
    document.getElementById("after").disabled = page.at >= pages - 1;
  }

  function near(trade) {
    const from = candleAt(trade[ENTRY] / 1000), to = candleAt(trade[EXIT] / 1000), room = Math.max(20, to - from);
    chart.timeScale().setVisibleLogicalRange({ from: from - room, to: to + room });
    document.getElementById("chart").scrollIntoView({ block: "center" });
  }

  document.querySelectorAll(".trades th button").forEach(button => button.addEventListener("click", () => {
    const column = Number(button.dataset.column), head = button.parentElement;
    page.up = page.sort === column ? !page.up : true;
    page.sort = column;
    document.querySelectorAll(".trades th").forEach(th => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", page.up ? "ascending" : "descending");
    show();
  }));
  document.getElementById("filter").addEventListener("change", event => { page.keep = filters[event.target.value]; page.at = 0; show(); });
  document.getElementById("before").addEventListener("click", () => { page.at--; show(); });
  document.getElementById("after").addEventListener("click", () => { page.at++; show(); });
  show();
})();
