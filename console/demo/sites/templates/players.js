function put(where, tag, src) {
  var made = document.createElement(tag);
  made.controls = true; made.src = src;
  made.style.cssText = tag == "video" ? "width:100%" : "width:480px";
  where.appendChild(made);
}
function DPlayer(told) { put(told.container, "video", told.video.url); }
function APlayer(told) { told.audio.forEach(function (one) { put(told.container, "audio", one.url); }); }
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll("img[data-original], img[data-src]").forEach(function (one) {
    one.src = one.dataset.original || one.dataset.src;
  });
  if (window.qTcms_S_m_murl_e) JSON.parse(atob(qTcms_S_m_murl_e)).forEach(function (src) {
    var made = new Image();
    made.src = src;
    document.getElementById("images").appendChild(made);
  });
});
