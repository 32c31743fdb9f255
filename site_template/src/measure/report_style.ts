// How the printed report looks: dark on white, two sheets of A4 or Letter.

export const STYLE = `
@page{margin:11mm 14mm}
*{box-sizing:border-box}
body{margin:0 auto;padding:0 4mm;max-width:190mm;background:#fff;color:#1d2733;font:8.5pt/1.3 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{margin:0 0 1mm;font-size:14pt;line-height:1.2}
h2{margin:2mm 0 1mm;padding-top:.8mm;border-top:.3mm solid #7a8694;font-size:10pt}
p{margin:0 0 1mm}
.origin,.note{color:#4c5866;font-size:8pt}
.summary{font-size:10pt}
h2{break-after:avoid}
table,.pair,.flow,dl,p,li{break-inside:avoid}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3mm 4mm;margin:0}
dt{color:#4c5866}
dd{margin:0;overflow-wrap:anywhere}
code{font-size:7.5pt}
table{width:100%;margin:0 0 1.5mm;border-collapse:collapse;font-size:8pt;font-variant-numeric:tabular-nums}
th,td{padding:.4mm 1.5mm;border-bottom:.2mm solid #d5dbe2;text-align:start;vertical-align:top;font-weight:normal}
thead th{font-weight:600}
td{white-space:nowrap}
.matrix td{font-size:11pt}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:4mm;align-items:start}
figure{margin:0}
figure svg{display:block;width:100%;max-width:46mm;margin:0 auto}
.flow{display:grid;gap:2mm}
.step{display:grid;grid-template-columns:1fr 1fr;gap:4mm;align-items:center}
.box{position:relative;margin:0;padding:.6mm 3mm;border:.3mm solid #7a8694;border-radius:1mm}
.step>.box::after{content:"";position:absolute;inset-block-start:100%;inset-inline-start:8mm;height:2mm;border-inline-start:.3mm solid #7a8694}
.out{margin:0;padding-inline-start:3mm;list-style:none;border-inline-start:.3mm dashed #7a8694;color:#4c5866;font-size:8pt}
.out:empty{border:0}
.ends{display:grid;grid-template-columns:1fr 1fr;gap:4mm}
ul{margin:0;padding-inline-start:5mm}
@media screen{body{padding:6mm 4mm}}
@media screen and (max-width:600px){.pair,.step,.ends{grid-template-columns:1fr}table{display:block;overflow-x:auto}}
`.replaceAll("\n", "");
